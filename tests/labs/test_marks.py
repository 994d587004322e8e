"""Marking is itself tested: every planted copy of every lab gets the marks it must get."""

import pytest

from mffcnn_book.labs import load_planted

pytestmark = pytest.mark.slow


def told_apart(marks):
    """Tell tests apart from the answers that a person reads, which have no points yet."""
    tests = {name: one for name, one in marks.items() if one.points is not None}
    return tests, {name: one for name, one in marks.items() if one.points is None}


@pytest.mark.parametrize("copy", ["key", "another key"])
def test_the_key_gets_full_marks(lab, marks_of, copy):
    tests, answers = told_apart(marks_of(lab)[copy])
    assert {name: one.error for name, one in tests.items() if one.points < one.maximum} == {}
    assert len(answers) >= 1
    assert sum(one.maximum for one in {**tests, **answers}.values()) == 20


def test_the_blank_copy_gets_nothing(lab, marks_of):
    blank = marks_of(lab)["blank"]
    assert {name: one.points for name, one in blank.items() if one.points != 0} == {}


def test_the_half_done_copy_gets_the_stated_partial_marks(lab, marks_of):
    half = {name: one.points for name, one in marks_of(lab)["half"].items() if one.points}
    assert half == load_planted(lab).half_marks
    assert 0 < sum(half.values()) < 16


def test_every_planted_mistake_costs_points_on_its_tests_and_on_no_other(lab, marks_of):
    planted = load_planted(lab).wrong
    assert len(planted) >= 5
    for name, wrong in planted.items():
        tests, _ = told_apart(marks_of(lab)[name])
        failed = {test for test, one in tests.items() if one.points < one.maximum}
        assert failed == set(wrong.caught_by), name


def test_every_test_catches_a_planted_mistake(lab, marks_of):
    tests, _ = told_apart(marks_of(lab)["key"])
    caught = {test for wrong in load_planted(lab).wrong.values() for test in wrong.caught_by}
    assert set(tests) - caught == set()


def test_a_correct_program_gets_full_marks_however_it_is_written(lab, marks_of):
    right = load_planted(lab).right
    assert len(right) >= 4
    for name in right:
        tests, _ = told_apart(marks_of(lab)[name])
        lost = {test: one.error for test, one in tests.items() if one.points < one.maximum}
        assert lost == {}, name


def test_most_mistakes_are_seen_by_the_checks_that_a_student_can_run(lab, marks_of):
    planted = load_planted(lab).wrong
    unseen = []
    for name in planted:
        tests, _ = told_apart(marks_of(lab)[f"visible {name}"])
        if all(one.points == one.maximum for one in tests.values()):
            unseen.append(name)
    assert len(unseen) < len(planted) / 3, unseen


def test_what_a_failed_test_says_is_a_sentence_for_a_student(lab, marks_of):
    """Not one of the planted mistakes ends in an assertion without words."""
    for name in load_planted(lab).wrong:
        tests, _ = told_apart(marks_of(lab)[name])
        for test, one in tests.items():
            if one.points < one.maximum and one.error.startswith("AssertionError"):
                assert len(one.error.split()) >= 6, (name, test, one.error)
