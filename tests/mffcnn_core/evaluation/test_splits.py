import numpy as np
import pytest

from mffcnn_core.errors import LeakageError, ParameterError
from mffcnn_core.evaluation import Fold, check_split, leave_one_subject_out

SUBJECTS = ["s2", "s1", "s3", "s1", "s2", "s2"]


def test_every_person_is_left_out_exactly_once():
    folds = leave_one_subject_out(SUBJECTS)
    assert [fold.name for fold in folds] == ["s1", "s2", "s3"]
    for fold in folds:
        assert fold.test_subjects == (fold.name,)
        assert set(fold.train_subjects) == {"s1", "s2", "s3"} - {fold.name}


def test_indices_cover_all_clips_and_share_none():
    for fold in leave_one_subject_out(SUBJECTS):
        train, test = fold.indices(SUBJECTS)
        assert sorted([*train, *test]) == list(range(len(SUBJECTS)))
        assert {SUBJECTS[i] for i in test} == {fold.name}


def test_numbers_and_numpy_strings_become_plain_strings():
    fold = leave_one_subject_out(np.array([1, 2, 2]))[0]
    assert fold.test_subjects == ("1",)
    assert type(fold.test_subjects[0]) is str


def test_one_person_cannot_be_left_out():
    with pytest.raises(ParameterError, match="expected at least two people, got 1"):
        leave_one_subject_out(["s1", "s1"])


def test_a_shared_person_is_named():
    with pytest.raises(LeakageError, match=r"no person on both sides, got s2, s3\. Split by"):
        check_split(["s1", "s3", "s2"], ["s2", "s3", "s4"])


@pytest.mark.parametrize(("train", "test", "side"), [([], ["a"], "training"), (["a"], [], "test")])
def test_a_side_must_have_people(train, test, side):
    with pytest.raises(ParameterError, match=f"at least one person on the {side} side, got none"):
        check_split(train, test)


def test_a_leaking_fold_cannot_be_made():
    with pytest.raises(LeakageError, match="got s1"):
        Fold("bad", ("s1", "s2"), ("s1",))
