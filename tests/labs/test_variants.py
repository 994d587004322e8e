"""Variants: another task from the same source, in which another year's solutions fail."""

import nbformat
import pytest

from mffcnn_book.labs import (
    Lab,
    find_labs,
    graded_part,
    load_variants,
    make_copy,
    mark_copies,
    secret_lines,
    student_edition,
    with_variant,
)
from mffcnn_book.labs._whole import grade_id
from mffcnn_core.errors import LabError


def written(lab, variant, folder):
    """Return the lab of a variant, in a folder of its own."""
    made = Lab(folder / "source", lab.number)
    made.source.parent.mkdir(parents=True)
    nbformat.write(with_variant(lab, variant), made.source)
    return made


def test_every_lab_has_a_variant(lab):
    assert load_variants(lab)


def test_a_variant_tells_its_task_and_no_secret(lab, tmp_path):
    for number, variant in enumerate(load_variants(lab)):
        changed = written(lab, variant, tmp_path / str(number))
        cells = student_edition(changed).cells
        told = [c.source for c in cells if c.cell_type == "markdown"]
        before = [c.source for c in student_edition(lab).cells if c.cell_type == "markdown"]
        assert told != before
        secrets = secret_lines(changed.read())
        assert not [line for line in secrets if any(line in cell.source for cell in cells)]


@pytest.mark.slow
def test_its_key_gets_full_marks_and_solutions_of_the_other_task_do_not(lab, tmp_path):
    copies = {}
    for number, variant in enumerate(load_variants(lab)):
        changed = written(lab, variant, tmp_path / str(number))
        key, old = make_copy(changed, answers=None), make_copy(changed, answers=None)
        answers = {grade_id(c): c.source for c in make_copy(lab, answers=None).cells}
        for cell in old.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = answers[grade_id(cell)]
        copies |= {f"key {variant}": graded_part(key), f"old {variant}": graded_part(old)}
    marks = mark_copies(copies, jobs=2)
    for name, tests in marks.items():
        lost = {
            test: one.error
            for test, one in tests.items()
            if one.points is not None and one.points < one.maximum
        }
        assert bool(lost) == name.startswith("old"), (name, lost)


def test_variants_that_do_not_fit(root, tmp_path):
    lab = find_labs(root)[1]
    with pytest.raises(LabError, match="variant: expected one of weights-by-squares, got"):
        with_variant(lab, "cubes")
    moved = Lab(tmp_path / "source", 2)
    moved.source.parent.mkdir(parents=True)
    nbformat.write(lab.read(), moved.source)
    assert load_variants(moved) == {}
    moved.variants.parent.mkdir()
    moved.variants.write_text("a: [{cell: smooth, old: nowhere, new: x}]")
    with pytest.raises(LabError, match="expected 'nowhere' in cell 'smooth', got none there"):
        with_variant(moved, "a")
    moved.variants.write_text("a: 3")
    with pytest.raises(LabError, match="expected variants .name: list of cell, old, new., got"):
        load_variants(moved)
