from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus.acting._prototypes import APEX_PARTNERS, PROTOTYPES
from mffcnn_corpus.person._action_units import ACTION_UNITS


def test_every_expression_has_a_prototype_of_known_units():
    assert tuple(PROTOTYPES) == EXPRESSIONS
    for strengths in PROTOTYPES.values():
        assert set(strengths) <= set(ACTION_UNITS)
        assert all(0 < strength <= 1 for strength in strengths.values())


def test_prototypes_hold_the_units_that_name_the_expression():
    core = {
        "anger": {4, 5, 7, 23},
        "disgust": {9, 15},
        "fear": {1, 2, 4, 5, 7, 20, 26},
        "happiness": {6, 12},
        "sadness": {1, 4, 15},
        "surprise": {1, 2, 5, 26},
    }
    for expression, units in core.items():
        assert units <= set(PROTOTYPES[expression])


def test_partnership_is_mutual():
    assert all(APEX_PARTNERS[APEX_PARTNERS[name]] == name for name in APEX_PARTNERS)
