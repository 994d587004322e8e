import ast
import dataclasses
import re
import shlex

import pytest
import yaml

from mffcnn_book.labs import Lab, find_lab, find_labs, load_planted, make_copy, secret_lines
from mffcnn_core.errors import LabError


def test_labs_in_their_order(root):
    numbers = [lab.number for lab in find_labs(root)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert find_lab(root, 2).name == "lab02"


def test_a_number_without_a_lab(root, tmp_path):
    with pytest.raises(LabError, match="lab: expected one of 1, 2, 3, .*, got 99"):
        find_lab(root, 99)
    with pytest.raises(LabError, match="expected folders labs/source/labNN, source/labNN"):
        find_labs(tmp_path)


def points(lab, *, tests):
    cells = [cell.metadata.get("nbgrader", {}) for cell in lab.read().cells]
    return sum(one["points"] for one in cells if one.get("grade") and tests != one["solution"])


def test_sixteen_points_by_tests_and_four_by_a_person(lab):
    assert (points(lab, tests=True), points(lab, tests=False)) == (16, 4)


def test_every_lab_says_what_a_student_needs(lab):
    cells = lab.read().cells
    first, text = cells[0].source, "\n".join(cell.source for cell in cells)
    for word in ("You will", "You need", "Time", "Points", "The story", "How it is marked"):
        assert f"**{word}" in first
    assert text.count("*Hint.*") >= 3
    assert "BEGIN MARK SCHEME" in text
    assert "## For the fast" in text
    assert "You should see" in text or lab.number == 5


def test_sources_hold_no_outputs(lab):
    assert not [cell for cell in lab.read().cells if cell.get("outputs")]


def test_secret_lines_leave_out_what_is_short_or_public(root):
    notebook = find_lab(root, 2).read()
    notebook.cells = [notebook.cells[0].copy()]
    notebook.cells[0].source = (
        "a line that everybody may read\n### BEGIN SOLUTION\nx = 1\n"
        "    a line that nobody may read yet\na line that everybody may read\n### END SOLUTION"
    )
    assert secret_lines(notebook) == {"a line that nobody may read yet"}


def elsewhere(root, tmp_path, planted):
    """Return lab 2 with another file of planted answers."""
    (tmp_path / "labs").mkdir()
    (tmp_path / "labs" / "source").symlink_to(root / "labs" / "source")
    lab = Lab(tmp_path / "labs" / "source", 2)
    lab.planted.parent.mkdir()
    lab.planted.write_text(yaml.safe_dump(planted), encoding="utf-8")
    return lab


def test_planted_answers_that_are_not_as_described(root, tmp_path):
    lab = elsewhere(root, tmp_path, {"half": {"answers": []}, "wrong": {}})
    with pytest.raises(LabError, match=r"(?s)lab02\.yaml: expected planted answers.*KeyError"):
        load_planted(lab)


def test_planted_answers_that_do_not_fit_their_cell(root):
    lab = find_lab(root, 2)
    wrong = next(iter(load_planted(lab).wrong.values()))
    with pytest.raises(LabError, match=r"(?s)expected 'nowhere' once in cell 'smooth', got it 0"):
        make_copy(lab, answers=None, edit=dataclasses.replace(wrong, old="nowhere"))
    with pytest.raises(LabError, match=r"(?s)expected solution cells of lab02 .*, got smoth\."):
        make_copy(lab, answers=("smoth",))


def graded_tests(lab):
    for cell in lab.read().cells:
        facts = cell.metadata.get("nbgrader", {})
        if facts.get("grade") and not facts["solution"]:
            yield facts["grade_id"], cell.source


def checks(source):
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]


def test_every_check_says_what_it_expects(lab):
    for name, source in graded_tests(lab):
        for check in checks(source):
            said = ast.unparse(check.msg) if check.msg else ""
            assert len(said.split()) >= 4, (name, ast.unparse(check))
            assert "hint" not in said, (name, said)


def test_every_test_says_how_many_checks_are_hidden(lab):
    for name, source in graded_tests(lab):
        shown, _, hidden = source.partition("### BEGIN HIDDEN TESTS\n")
        assert checks(shown), (name, "shows nothing")
        number = len(checks(hidden))
        said = re.findall(r"pass; (\d+) more runs? when it is marked", shown.splitlines()[-1])
        assert said == ([str(number)] if number else []), name
        assert number or "All checks of this test are shown" in shown.splitlines()[-1], name


def chapters(text):
    """Return the numbers of the chapters that a text names or links, ranges written out."""
    found = set()
    for first, last in re.findall(r"(\d+)_\w+\.ipynb\)(?: to \[\]\(\.\./notebooks/(\d+)_)?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def test_lab_page_and_guide_name_the_same_chapters(root, lab):
    said = re.search(
        r"chapters? (\d+)(?:( to | and )(\d+))?", lab.read().cells[0].source.replace("\n", " ")
    )
    row = rf"^\| .*\b{lab.number}\b.*$"
    guide = next(
        line
        for line in (root / "book" / "teaching.md").read_text("utf-8").splitlines()
        if re.match(rf"\| {lab.number} \| .*\| {lab.number} \|", line)
    )
    page = next(
        line
        for line in (root / "book" / "labs.md").read_text("utf-8").splitlines()
        if f"labs/{lab.name}.ipynb" in line and re.match(row, line)
    )
    assert chapters(page) == chapters(guide)
    if said:
        first, how, last = int(said[1]), said[2], int(said[3] or said[1])
        assert chapters(guide) == (set(range(first, last + 1)) if how == " to " else {first, last})


def test_the_guide_types_commands_that_exist(root):
    """Every `mffcnn labs` command of the guide, as written, is understood."""
    text = (root / "book" / "teaching.md").read_text("utf-8") + (
        root / "book" / "labs.md"
    ).read_text("utf-8")
    named = re.findall(r"mffcnn (labs [a-z]+(?: (?:[^`\n\\]|\\\n)*)?)", text)
    written = [words for words in named if len(words.split()) > 2]
    assert len(written) >= 7
    for words in written:
        parse(shlex.split(words.replace("\\\n", " ")))


def parse(words):
    import argparse

    from mffcnn_book.cli import _labs

    parser = argparse.ArgumentParser()
    _labs.add_parser(parser.add_subparsers())
    try:
        return parser.parse_args(words)
    except SystemExit as error:
        if not error.code:  # it was asked for help
            return None
        raise AssertionError(f"not understood: {words}") from error
