"""What every chapter that computes promises to those who read, rerun and teach."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
import yaml

from mffcnn_book.runs import read_parameters

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def sources(path, kind):
    return [c.source for c in nbformat.read(path, 4).cells if c.cell_type == kind]


@each
def test_opens_with_what_you_learn_and_ends_with_a_summary(path):
    prose = sources(path, "markdown")
    for promise in ("**You will learn**", "**Before you start**", "**Time**"):
        assert promise in prose[0]
    assert "## Summary" in prose[-1]


@each
def test_every_parameter_is_described_and_typed(path):
    parameters = read_parameters(path)
    assert "profile" in parameters
    for parameter in parameters.values():
        assert parameter.help, parameter.name
        assert parameter.type, parameter.name


@each
def test_ends_in_a_quiz_and_an_exercise(path):
    last = sources(path, "markdown")[-1]
    parts = [last.index(part) for part in ("## Summary", "## Quiz", "```{quiz}", "## Exercises")]
    assert parts == sorted(parts)


def colab(root):
    path = root / "workflow" / "colab.py"
    spec = importlib.util.spec_from_file_location("colab", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@each
def test_begins_with_what_colab_needs(path, root):
    # Missing or old in a chapter?  `make address REPOSITORY=owner/name` writes it.
    module = colab(root)
    cell = nbformat.read(path, 4).cells[1]
    assert "remove-cell" in cell.metadata.tags  # not in the book
    (repository,) = re.findall(r"https://github\.com/(\S+)\"", cell.source)
    assert cell.source == "".join(module.setup_cell(repository)["source"])


def test_all_chapters_name_one_repository():
    cells = [nbformat.read(path, 4).cells[1].source for path in NOTEBOOKS]
    assert len(set(cells)) == 1


def test_the_address_is_written_once_however_often(root):
    module = colab(root)
    once = module.with_setup({"cells": [{"id": "title"}, {"id": "rest"}]}, "one/two")
    again = module.with_setup(once, "three/four")
    assert [cell["id"] for cell in again["cells"]] == ["title", "setup", "rest"]
    assert "github.com/three/four" in "".join(again["cells"][1]["source"])


@pytest.mark.parametrize("there", [False, True])
def test_the_first_cell_fetches_and_installs_on_colab_only(root, monkeypatch, there):
    source = "".join(colab(root).setup_cell("one/two")["source"])
    ran, moved = [], []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: ran.append(command))
    monkeypatch.setattr(os, "chdir", moved.append)
    monkeypatch.setattr(Path, "is_dir", lambda _: there)
    monkeypatch.setattr(sys, "path", list(sys.path))
    exec(source, {})
    assert (ran, moved) == ([], [])
    monkeypatch.setitem(sys.modules, "google.colab", object())
    exec(source, {})
    clone = ["git", "clone", "--depth=1", "https://github.com/one/two", Path("/content/mffcnn")]
    assert ran[:-1] == ([] if there else [clone])
    assert ran[-1][1:4] == ["-m", "pip", "install"]
    assert moved == [Path("/content/mffcnn")]
    assert sys.path[0] == "/content/mffcnn"


@each
def test_is_a_chapter_of_the_book(path, root):
    contents = yaml.safe_load((root / "book" / "_toc.yml").read_text())
    assert re.search(rf"notebooks/{path.stem}\b", str(contents))


@each
def test_numbers_do_not_stand_in_prose(path):
    # A measured share or accuracy belongs to an output; prose that names one goes stale.
    for text in sources(path, "markdown"):
        assert not re.search(r"\d+(\.\d+)?\s?%(?! interval)", text)


def test_numbers_of_the_files_are_the_order_of_the_book(root):
    text = (root / "book" / "_toc.yml").read_text()
    named = re.findall(r"notebooks/(\d\d)_", text)
    assert named == sorted(named)
    assert named == [p.stem[:2] for p in NOTEBOOKS]


def test_every_profile_can_be_given_to_papermill_and_to_the_library(root):
    from mffcnn_book.experiments import load_profile

    names = []
    for path in sorted((FOLDER / "profiles").glob("*.yaml")):
        assert load_profile(path).name == path.stem == yaml.safe_load(path.read_text())["profile"]
        names.append(path.stem)
    assert names == ["paper", "quick", "smoke", "wild"]


@pytest.mark.slow
def test_plain_papermill_runs_a_chapter(root, smoke_site, tmp_path):
    out = tmp_path / "out.ipynb"
    done = subprocess.run(
        [
            sys.executable, "-m", "papermill", "notebooks/03_optical_flow.ipynb", out,
            "-f", "notebooks/profiles/smoke.yaml", "-p", "method", "dis", "--no-progress-bar",
        ],
        cwd=root, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    injected = [c for c in nbformat.read(out, 4).cells if "injected-parameters" in c.metadata.tags]
    assert 'method = "dis"' in injected[0].source
    assert papermill.inspect_notebook(str(out))["method"]["help"]


@pytest.mark.parametrize(("given", "stages"), [(5, (5,)), ("4,5", (4, 5)), ("", ())])
def test_papermill_may_give_a_number_where_a_list_of_them_is_text(given, stages):
    cells = nbformat.read(FOLDER / "09_multiplicative_fusion.ipynb", 4).cells
    (line,) = (
        line for cell in cells for line in cell.source.splitlines() if line.startswith("stages = ")
    )
    names = {"fuse_stages": given}  # `papermill -p fuse_stages 5` makes it an int
    exec(line, names)
    assert names["stages"] == stages


@each
def test_every_exercise_has_a_solution_that_runs(path):
    cells = nbformat.read(path, 4).cells
    at = next(k for k, cell in enumerate(cells) if "## Exercises" in cell.source)
    (solution,) = cells[at + 1 :]
    assert solution.cell_type == "code"
    assert "hide-cell" in solution.metadata.tags
    assert solution.metadata.mystnb.code_prompt_show == "Show the solution"
