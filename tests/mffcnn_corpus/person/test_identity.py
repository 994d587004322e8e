import dataclasses
import pickle

import pytest

from mffcnn_corpus.person._identity import FEATURES, HAIR_STYLE_WEIGHTS, make_identity
from mffcnn_corpus.surface._hair import HAIR_STYLES


def test_same_key_same_person_and_other_key_another() -> None:
    assert make_identity(3, "s01") == make_identity(3, "s01")
    assert make_identity(3, "s01") != make_identity(3, "s02")
    assert make_identity(3, "s01") != make_identity(4, "s01")


def test_people_vary_in_sex_skin_age_and_hair() -> None:
    people = [make_identity(0, f"s{k}") for k in range(60)]

    assert {person.sex for person in people} == {"female", "male"}
    assert min(p.tone for p in people) < 0.15 < 0.85 < max(p.tone for p in people)
    assert min(p.age for p in people) < 0.15 < 0.8 < max(p.age for p in people)
    assert len({p.hair_style for p in people}) >= 8


def test_only_men_grow_beards_and_everybody_has_a_known_style() -> None:
    people = [make_identity(1, f"s{k}") for k in range(60)]

    assert all(p.beard == 0 for p in people if p.sex == "female")
    assert any(p.beard > 0.3 for p in people)
    assert all(p.hair_style in HAIR_STYLES for p in people)


def test_style_weights_are_shares() -> None:
    for weights in HAIR_STYLE_WEIGHTS.values():
        assert sum(weights.values()) == pytest.approx(1)
        assert set(weights) <= set(HAIR_STYLES)


def test_features_stay_in_their_ranges_and_read_as_attributes() -> None:
    person = make_identity(0, "s07")

    for name, (low, high, shift) in FEATURES.items():
        assert low + min(shift, 0) <= getattr(person, name) <= high + max(shift, 0)
    with pytest.raises(AttributeError, match="has no attribute 'nose_color'"):
        _ = person.nose_color


def test_identity_survives_pickling_and_keys_a_cache() -> None:
    person = make_identity(0, "s07")

    assert pickle.loads(pickle.dumps(person)) == person
    assert hash(person) == hash(dataclasses.replace(person))
