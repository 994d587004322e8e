import numpy as np
import pytest

from mffcnn_book.baselines import GROUPING, REGIONS, UDSGPLVMRecogniser
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS


def expressions(clips):
    return [c.clip.expression for c in clips]


def test_every_expression_is_in_one_group_of_known_regions():
    assert sorted(name for own in GROUPING.values() for name in own) == sorted(EXPRESSIONS)
    assert {region for group in GROUPING for region in group.split("-")} <= set(REGIONS)


def test_the_best_expression_of_the_best_group_is_predicted(udsgplvm, toy_clips):
    model = udsgplvm.fit(toy_clips, expressions(toy_clips))
    # pictures between the classes, so that the levels do not just agree
    loaded = model.load([c.poisoned() for c in toy_clips])
    features = {view: np.concatenate(rows) for view, rows in loaded.responses.items()}
    reduced = model._reduced(features)
    groups = model.level_1_.decision_function([*reduced.values()]).argmax(axis=1)
    expected = []
    for n, group in enumerate(model.groups_[k] for k in groups):
        own = [reduced[region][n : n + 1] for region in group.split("-")]
        second = model.level_2_[group]
        expected.append(model.classes_[second.classes_[second.decision_function(own).argmax()]])
        assert expected[-1] in GROUPING[group]
    assert model.predict(loaded).tolist() == expected
    assert len(set(groups)) > 1


def test_a_group_looks_at_its_regions_only(udsgplvm, toy_clips):
    model = udsgplvm.fit(toy_clips, expressions(toy_clips))
    used = {group: len(own.gplvm.theta_) for group, own in model.level_2_.items()}
    assert used == {"lips": 1, "lips-eyes": 2, "lips-eyes-forehead": 3}


def test_another_grouping_and_a_group_of_one(udsgplvm, toy_clips):
    grouping = {"eyes": ["fear"], "lips-forehead": [e for e in EXPRESSIONS if e != "fear"]}
    model = udsgplvm.set_params(grouping=grouping).fit(toy_clips, expressions(toy_clips))
    assert model.groups_ == ("eyes", "lips-forehead")
    assert model.score(toy_clips, expressions(toy_clips)) > 0.8
    assert model.describe()["grouping"]["eyes"] == ("fear",)


def test_two_expressions_of_one_group(udsgplvm, toy_clips):
    own = [c for c in toy_clips if c.clip.expression in ("disgust", "happiness")]
    model = udsgplvm.fit(own, expressions(own))
    assert model.groups_ == ("lips",)
    assert model.stream_scores(own)["method"].shape == (12, 2)
    assert model.score(own, expressions(own)) > 0.8


@pytest.mark.parametrize(
    ("grouping", "wrong"),
    [
        ({"lips": EXPRESSIONS[:5]}, "surprise"),
        ({"lips": EXPRESSIONS, "eyes": ["fear"]}, "fear"),
        ({"lips-nose": EXPRESSIONS}, "nose"),
    ],
)
def test_wrong_groupings(udsgplvm, toy_clips, grouping, wrong):
    udsgplvm.set_params(grouping=grouping)
    with pytest.raises(ParameterError, match=f"grouping: .* forehead, got {wrong} otherwise"):
        udsgplvm.fit(toy_clips, expressions(toy_clips))


def test_regions_are_cut_where_they_are_said_to_be(toy_clips):
    model = UDSGPLVMRecogniser(size=100)
    faces = np.random.default_rng(0).integers(0, 256, (1, 100, 100, 3), dtype=np.uint8)
    before = model._describe_faces(faces)
    for name, (top, bottom, left, right) in REGIONS.items():
        changed = faces.copy()
        changed[
            :, round(100 * top) : round(100 * bottom), round(100 * left) : round(100 * right)
        ] = 0
        after = model._describe_faces(changed)
        assert not np.array_equal(before[name], after[name])
        if name == "lips":  # the only one that shares no pixel with another
            np.testing.assert_array_equal(before["eyes"], after["eyes"])
            np.testing.assert_array_equal(before["forehead"], after["forehead"])


def test_other_crops_have_other_regions():
    faces = np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3), dtype=np.uint8)
    same = UDSGPLVMRecogniser()._describe_faces(faces)
    named = UDSGPLVMRecogniser(regions=dict(REGIONS))._describe_faces(faces)
    other = UDSGPLVMRecogniser(regions={**REGIONS, "lips": (0.5, 0.9, 0.2, 0.8)})
    np.testing.assert_array_equal(same["lips"], named["lips"])
    assert not np.array_equal(same["lips"], other._describe_faces(faces)["lips"])
    np.testing.assert_array_equal(same["eyes"], other._describe_faces(faces)["eyes"])


@pytest.mark.parametrize(
    "wrong", [{"lips": (0.5, 0.9, 0.2)}, {"lips": (0.9, 0.5, 0.2, 0.8)}, {"lips": (0, 1, 0, 1.1)}]
)
def test_wrong_regions(wrong):
    with pytest.raises(ParameterError, match="regions: expected top < bottom and left < right"):
        UDSGPLVMRecogniser(regions={**REGIONS, **wrong}).describe()
    with pytest.raises(ParameterError, match="for each of lips, eyes, forehead, got"):
        UDSGPLVMRecogniser(regions={"lips": (0, 1, 0, 1)}).describe()
