import json

import pytest

from mffcnn_book.runs import RunRecord, Site, build_site, stage_site, stale_runs, toc_notebooks
from mffcnn_core.errors import BuildError, NotebookError

TOC = """\
format: jb-book
root: book/intro
parts:
- caption: One
  chapters:
  - file: notebooks/02_b
    sections:
    - file: notebooks/01_a.ipynb
- caption: Two
  chapters:
  - file: book/other
"""


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path, "smoke", "synthetic")
    write(tmp_path / "book" / "_toc.yml", TOC)
    write(tmp_path / "book" / "intro.md", "# Start\n")
    write(tmp_path / "book" / "other.md", "# Other\n")
    write(tmp_path / "book" / "_ext" / "__pycache__" / "x.pyc", "")
    write(tmp_path / "_config.yml", "title: A book\nonly_build_toc_files: true\n")
    for name in ("01_a", "02_b"):
        write(tmp_path / "notebooks" / f"{name}.ipynb", notebook(name))
        write(site.executed / f"{name}.ipynb", notebook(name))
        committed, executed = tmp_path / "notebooks" / f"{name}.ipynb", site.executed / name
        RunRecord.begin(committed, executed, {}, {}).write(site.record_of(name))
    write(site.results / "first" / "results.json", '{"accuracy": 0.5}')
    return site


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def notebook(title):
    cell = {"cell_type": "markdown", "metadata": {}, "source": f"# {title}", "id": "a"}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def staged(site):
    return sorted(
        path.relative_to(site.source).as_posix()
        for path in site.source.rglob("*")
        if path.is_file()
    )


def test_notebooks_of_the_table_of_contents_in_its_order(site):
    assert toc_notebooks(site.root) == ["02_b", "01_a"]


def test_the_staged_folder_mirrors_what_the_site_needs(site):
    stage_site(site)
    assert staged(site) == [
        "_config.yml",
        "_records/build.json",
        "_records/first/results.json",
        "_records/runs/01_a.json",
        "_records/runs/02_b.json",
        "book/_toc.yml",
        "book/intro.md",
        "book/other.md",
        "notebooks/01_a.ipynb",
        "notebooks/02_b.ipynb",
    ]
    build = json.loads((site.source / "_records" / "build.json").read_text())
    assert build == {"profile": "smoke", "dataset": "synthetic"}


def test_runs_that_are_older_than_their_notebook_fail_the_build(site):
    assert stale_runs(site) == {}
    write(site.root / "notebooks" / "01_a.ipynb", notebook("changed"))
    assert stale_runs(site) == {"01_a": "the notebook has changed since it was run"}
    with pytest.raises(BuildError, match=r"expected runs of the notebooks and the library as the"):
        build_site(site)
    assert not site.index.exists()


def test_the_citation_file_is_there_to_be_shown(site):
    write(site.root / "CITATION.cff", "cff-version: 1.2.0\n")
    assert "CITATION.cff" in stage_site(site)


def test_library_code_lies_where_the_pages_include_it_from(site):
    write(site.root / "mffcnn_core" / "one" / "_a.py", "def f():\n    return 1\n")
    write(site.root / "mffcnn_core" / "one" / "__pycache__" / "_a.pyc", "")
    stage_site(site)
    assert [name for name in staged(site) if name.startswith("mffcnn_core/")] == [
        "mffcnn_core/one/_a.py"
    ]


def test_manifests_are_listed_by_a_page_and_tables_of_files_are_not(site):
    write(site.root / "data_manifests" / "far.yaml", "title: Far away\n")
    write(site.root / "data_manifests" / "far_files.csv", "path,sha256,size\n")
    stage_site(site)
    assert [name for name in staged(site) if name.startswith("data_manifests/")] == [
        "data_manifests/far.yaml"
    ]


def test_only_changes_are_copied(site):
    assert len(stage_site(site)) == 10
    before = {name: (site.source / name).stat().st_mtime_ns for name in staged(site)}
    assert stage_site(site) == []
    write(site.executed / "01_a.ipynb", notebook("new"))
    write(site.root / "book" / "intro.md", "# Start\n")  # written again, the same text
    assert stage_site(site) == ["notebooks/01_a.ipynb"]
    after = {name: (site.source / name).stat().st_mtime_ns for name in staged(site)}
    assert {name for name in after if after[name] != before[name]} == {"notebooks/01_a.ipynb"}


def test_what_no_longer_belongs_is_removed(site):
    stage_site(site)
    (site.root / "book" / "other.md").unlink()
    assert stage_site(site) == ["book/other.md"]
    assert "book/other.md" not in staged(site)


def test_a_notebook_that_was_not_executed(site):
    (site.executed / "01_a.ipynb").unlink()
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: expected the executed notebook, got"):
        stage_site(site)


@pytest.mark.slow
def test_the_site_is_built_and_only_changed_pages_again(site):
    index = build_site(site)
    assert "book/intro.html" in index.read_text()
    pages = json.loads(site.stamp.read_text())["pages"]
    assert pages == [
        "book/intro.md", "book/other.md", "notebooks/01_a.ipynb", "notebooks/02_b.ipynb",
    ]  # fmt: skip
    other = index.parent / "book" / "other.html"
    before = other.stat().st_mtime_ns
    write(site.executed / "01_a.ipynb", notebook("01_a\\n\\nMore."))
    build_site(site)
    assert "More." in (index.parent / "notebooks" / "01_a.html").read_text()
    assert other.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_new_style_sheet_reaches_the_site(site):
    config = "title: A book\nonly_build_toc_files: true\nsphinx:\n  config:\n"
    write(site.root / "_config.yml", config + "    html_static_path: [book/_static]\n")
    write(site.root / "book" / "_static" / "a.css", "p { color: red; }")
    index = build_site(site)
    write(site.root / "book" / "_static" / "a.css", "p { color: blue; }")
    build_site(site)
    assert "blue" in (index.parent / "_static" / "a.css").read_text()


@pytest.mark.slow
def test_a_warning_fails_the_build_every_time(site):
    write(site.root / "book" / "other.md", "# Other\n\n[nowhere](missing.md)\n")
    for _ in range(2):  # Sphinx by itself is silent about a page that it has read before
        with pytest.raises(BuildError, match=r"expected a build without warnings(.|\n)*missing"):
            build_site(site)
    assert not site.stamp.exists()
