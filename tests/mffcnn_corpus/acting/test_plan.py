from collections import Counter

import pytest

from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._plan import TAKES, plan_corpus
from mffcnn_corpus.acting._prototypes import APEX_PARTNERS


def test_default_plan_has_the_promised_size_and_unique_names():
    plan = plan_corpus(CorpusSettings())
    assert len(plan) == len({spec.name for spec in plan}) == 384
    assert "s03_fear_05" in {spec.name for spec in plan}


def test_every_person_and_class_has_the_same_takes():
    plan = plan_corpus(CorpusSettings())
    kinds = Counter((spec.subject, spec.expression, spec.take) for spec in plan)
    for subject in {spec.subject for spec in plan}:
        for expression in EXPRESSIONS:
            counts = [kinds[subject, expression, take] for take in TAKES]
            assert counts == ([3, 3, 2] if expression in APEX_PARTNERS else [6, 0, 2])


@pytest.mark.parametrize("takes", range(1, 20))
def test_every_number_of_takes_is_balanced_to_within_one(takes):
    settings = CorpusSettings(subjects=1, takes=takes)
    kinds = Counter(spec.take for spec in plan_corpus(settings) if spec.expression == "fear")
    shares = {"standard": 0.375, "same_apex": 0.375, "sustained": 0.25}
    assert all(abs(kinds[take] - shares[take] * takes) <= 1 for take in TAKES)


def test_a_smaller_corpus_is_a_part_of_a_larger_one():
    small = plan_corpus(CorpusSettings(subjects=2, takes=3))
    large = plan_corpus(CorpusSettings(subjects=5, takes=9))
    assert set(small) < set(large)


@pytest.mark.parametrize(
    ("shares", "take"),
    [((0, 0), "standard"), ((1, 0), "same_apex"), ((0, 1), "sustained")],
)
def test_shares_of_none_and_all(shares, take):
    settings = CorpusSettings(same_apex_share=shares[0], sustained_share=shares[1])
    takes = {spec.take for spec in plan_corpus(settings) if spec.expression == "anger"}
    assert takes == {take}


def test_only_same_apex_takes_have_a_partner():
    for spec in plan_corpus(CorpusSettings(subjects=1)):
        expected = APEX_PARTNERS[spec.expression] if spec.take == "same_apex" else ""
        assert spec.partner == expected
