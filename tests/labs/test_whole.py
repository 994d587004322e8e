"""A submission is made whole: nothing that was released is lost, changed or there twice."""

import nbformat
import pytest

from mffcnn_book.labs import find_lab, student_edition
from mffcnn_book.labs._whole import grade_id, make_whole, student_of


@pytest.fixture
def released(root):
    return student_edition(find_lab(root, 2))


@pytest.fixture
def submitted(released):
    return nbformat.from_dict(released)


def at(notebook, name):
    return next(n for n, cell in enumerate(notebook.cells) if grade_id(cell) == name)


def sources(notebook):
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_what_is_whole_stays_as_it_is(released, submitted):
    whole, remarks = make_whole(submitted, released)
    assert (sources(whole), remarks) == (sources(released), [])


def test_deleted_cells_are_put_back_in_their_place(released, submitted):
    for name in ("setup", "smooth", "smooth_weights", "advice"):
        del submitted.cells[at(submitted, name)]
    whole, remarks = make_whole(submitted, released)
    assert [grade_id(c) for c in whole.cells if grade_id(c)] == [
        grade_id(c) for c in released.cells if grade_id(c)
    ]
    assert at(whole, "setup") > next(
        n for n, c in enumerate(whole.cells) if "STUDENT =" in c.source
    )
    assert "the test smooth_weights was missing; it was put back" in remarks
    assert "the answer advice was missing; it counts as not answered" in remarks


def test_changed_tests_stand_as_released(released, submitted):
    submitted.cells[at(submitted, "pool_sums")].source = "pass"
    submitted.cells[at(submitted, "pool_sums")].metadata.nbgrader.points = 100
    whole, remarks = make_whole(submitted, released)
    assert sources(whole) == sources(released)
    assert whole.cells[at(whole, "pool_sums")].metadata.nbgrader.points == 1
    assert remarks == ["the test pool_sums had been changed; it stands as released"]


def test_copied_cells_count_once(released, submitted):
    for name, text in (("pool", "def pool(): first"), ("pool_sums", "")):
        place = at(submitted, name)
        copy = nbformat.from_dict(submitted.cells[place])
        copy.source = text or copy.source
        submitted.cells.insert(place, copy)
    submitted.cells[at(submitted, "pool") + 1].source = "def pool(): last"
    whole, remarks = make_whole(submitted, released)
    names = [grade_id(cell) for cell in whole.cells]
    assert names.count("pool") == names.count("pool_sums") == 1
    assert whole.cells[at(whole, "pool")].source == "def pool(): last"
    assert "def pool(): first" in [cell.source for cell in whole.cells]  # it still runs
    assert len(remarks) == 2
    assert len({cell.id for cell in whole.cells}) == len(whole.cells)


def test_an_editor_that_drops_what_marking_knows_cells_by(released, submitted):
    for cell in submitted.cells:
        cell.metadata = nbformat.NotebookNode()
    whole, remarks = make_whole(submitted, released)
    assert [grade_id(c) for c in whole.cells] == [grade_id(c) for c in released.cells]
    assert remarks == []


def test_lines_for_the_shell_are_not_run(released, submitted):
    submitted.cells.insert(1, nbformat.v4.new_code_cell("x = 1\n!pip install y\nif x:\n    %cd /"))
    submitted.cells.insert(2, nbformat.v4.new_code_cell("%%bash\nrm -r ~"))
    whole, remarks = make_whole(submitted, released)
    compile(whole.cells[1].source, "cell", "exec")
    assert "!pip" not in whole.cells[1].source.replace("# not run: !pip", "")
    assert all(line.startswith("#") for line in whole.cells[2].source.splitlines())
    assert len(remarks) == 3


def test_the_name_in_a_notebook(released, submitted):
    place = next(n for n, c in enumerate(submitted.cells) if c.source.startswith("STUDENT ="))
    assert student_of(submitted) == ""
    submitted.cells[place].source = 'STUDENT = "Ada L."  # me'
    assert student_of(submitted) == "Ada L."
    del submitted.cells[place]
    whole, remarks = make_whole(submitted, released)
    assert sources(whole)[0] == ("code", released.cells[place].source)
    assert remarks == ["the cell with the name was missing; it was put back"]
