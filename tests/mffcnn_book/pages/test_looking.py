import numpy as np
import pytest

from mffcnn_book import pages
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS

TRUTH = ("anger", "fear", "fear", "surprise")
TAKES = ("standard", "same_apex", "standard", "same_apex")


def test_takes_are_counted_apart():
    shares = pages.by_take(TRUTH, {"a": TRUTH, "b": ["fear"] * 4}, TAKES)
    assert shares.loc["a"].to_dict() == {"standard": 1, "same-apex": 1}
    assert shares.loc["b"].to_dict() == {"standard": 0.5, "same-apex": 0.5}


def scores(*answers):
    """Score an expression by a lead over all others, for each clip."""
    table = np.zeros((len(answers), len(EXPRESSIONS)))
    for row, (name, lead) in zip(table, answers, strict=True):
        row[EXPRESSIONS.index(name)] = lead
    return table


def test_the_surest_mistake_is_wrong_and_leads_by_most():
    said = scores(("anger", 9), ("anger", 2), ("sadness", 3), ("surprise", 1))
    assert pages.surest_mistake(TRUTH, said) == 2
    assert pages.surest_mistake(TRUTH, said, np.array(TAKES) == "same_apex") == 1
    assert pages.surest_mistake(TRUTH, said, [True, False, False, True]) is None


def test_the_surest_mistake_knows_other_columns():
    assert pages.surest_mistake(["b", "b"], np.array([[0, 1], [1, 0]]), classes="ab") == 1


def test_a_network_needs_the_corner_that_it_sees():
    images = np.random.default_rng(0).random((5, 32, 32, 3)).astype(np.float32)
    images[:, :8, 24:] += 5

    def respond(pictures):
        corner = pictures[:, :8, 24:].mean(axis=(1, 2, 3))
        return np.stack([corner, np.zeros_like(corner)], axis=1)

    drops = pages.occlusion(respond, images, side=8, step=8)
    assert drops.shape == (4, 4)
    assert np.unravel_index(drops.argmax(), drops.shape) == (0, 3)
    assert np.abs(np.delete(drops.ravel(), 3)).max() < 1e-6


def test_a_square_larger_than_the_picture_is_refused():
    images = np.zeros((1, 8, 8, 3), np.float32)
    with pytest.raises(ParameterError, match="side: expected 1 to 8 px, got 9"):
        pages.occlusion(lambda x: x[:, :2, 0, 0], images, side=9)
