import numpy as np
import pytest

from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._prototypes import PROTOTYPES
from mffcnn_corpus.acting._style import make_style
from mffcnn_corpus.person._action_units import action_unit_vector

SETTINGS = CorpusSettings()
PEOPLE = [f"s{k:02d}" for k in range(1, 9)]


def test_without_style_everybody_acts_the_prototypes():
    style = make_style(SETTINGS.replace(style=0), "s01")
    assert style.tempo == 1
    for name in EXPRESSIONS:
        assert style.apexes[name] == pytest.approx(action_unit_vector(PROTOTYPES[name]))


def test_people_differ_and_each_stays_the_same():
    first, again, other = (make_style(SETTINGS, name) for name in ("s01", "s01", "s02"))
    assert first.tempo == again.tempo != other.tempo
    for name in EXPRESSIONS:
        assert np.array_equal(first.apexes[name], again.apexes[name])
        assert np.abs(first.apexes[name] - other.apexes[name]).max() > 0.1


def test_strength_sets_how_far_people_are_apart():
    def spread(strength):
        styles = [make_style(SETTINGS.replace(style=strength), name) for name in PEOPLE]
        return np.mean([np.std([s.apexes[e] for s in styles], axis=0) for e in EXPRESSIONS])

    assert spread(0) == 0
    assert 0 < spread(0.5) < spread(1.0) < spread(1.5)


def test_a_style_bends_an_expression_and_does_not_replace_it():
    for name in PEOPLE:
        apexes = make_style(SETTINGS, name).apexes
        for expression in EXPRESSIONS:
            prototypes = np.array([action_unit_vector(PROTOTYPES[e]) for e in EXPRESSIONS])
            norms = np.linalg.norm(prototypes, axis=1)
            nearest = np.argmax(prototypes @ apexes[expression] / norms)
            assert EXPRESSIONS[nearest] == expression
