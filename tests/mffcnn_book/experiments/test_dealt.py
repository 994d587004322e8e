"""People and expressions that chance deals out."""

from collections import Counter
from dataclasses import dataclass

import pytest

from mffcnn_book.experiments import with_permuted_labels, with_random_groups
from mffcnn_core.datasets import Clip
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipSequence


@dataclass(frozen=True)
class Inputs(ClipSequence):
    clips: tuple[Clip, ...]


@pytest.fixture
def inputs():
    """Four people with two clips of each expression."""
    return Inputs(
        tuple(
            Clip(f"{person}{name}{take}", "a.mp4", person, name)
            for person in "abcd"
            for name in EXPRESSIONS
            for take in range(2)
        )
    )


def test_labels_are_dealt_out_anew_and_none_is_lost(inputs):
    dealt = with_permuted_labels(inputs, seed=0)
    assert sorted(dealt.expressions) == sorted(inputs.expressions)
    assert dealt.expressions != inputs.expressions
    assert (dealt.subjects, len(dealt)) == (inputs.subjects, len(inputs))
    assert with_permuted_labels(inputs, seed=0).expressions == dealt.expressions
    assert with_permuted_labels(inputs, seed=1).expressions != dealt.expressions


def test_random_groups_have_everybody_and_an_equal_share_of_every_expression(inputs):
    grouped = with_random_groups(inputs, 4, seed=0)
    assert [one.clip for one in grouped.clips] == [one.clip for one in inputs.clips]
    assert grouped.expressions == inputs.expressions
    shares = Counter(zip(grouped.subjects, grouped.expressions, strict=True))
    assert set(shares.values()) == {2}
    assert len(shares) == 4 * len(EXPRESSIONS)
    for group in {*grouped.subjects}:
        people = {
            c.subject for c, g in zip(inputs.clips, grouped.subjects, strict=True) if g == group
        }
        assert len(people) > 1
    assert with_random_groups(inputs, 4, seed=0).subjects == grouped.subjects
    assert with_random_groups(inputs, 4, seed=1).subjects != grouped.subjects
