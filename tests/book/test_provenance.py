import json
import re

import nbformat
import pytest

from mffcnn_book.runs import RunRecord


def record(**changes) -> RunRecord:
    values = {
        "notebook": "notebooks/01_corpus.ipynb",
        "notebook_sha256": "a" * 64,
        "status": "succeeded",
        "executed": "out.ipynb",
        "asked": {"profile": "smoke"},
        "parameters": {"profile": "smoke", "window": 20},
        "inputs": {"dataset_sha256": "b" * 64},
        "started": "2026-01-02T03:04:05+00:00",
        "seconds": 75.2,
        "peak_memory_mib": 512.4,
        "python": "3.11.7",
        "packages": {"numpy": "2.4.0", "wheel": "1"},
        "machine": {"cores": 2, "architecture": "x86_64", "platform": "Linux-6"},
        "commit": "0123456789abcdef",
        "dirty": True,
        "code_sha256": "c" * 64,
    }
    return RunRecord(**{**values, **changes})


def notebook(*cells) -> str:
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Corpus"), *cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    return nbformat.writes(book)


@pytest.fixture
def book(tiny_book):
    tiny_book.configure(
        "myst_nb", "sphinx_external_toc", "provenance",
        nb_execution_mode="off", external_toc_path="_toc.yml",
    )  # fmt: skip
    tiny_book.write(
        "_toc.yml",
        "format: jb-book\nroot: intro\nchapters:\n- file: notebooks/01_corpus\n- file: status\n",
    )
    tiny_book.write("intro.md", "# Start\n")
    tiny_book.write("status.md", "# Runs\n\n```{run-status}\n```\n")
    tiny_book.write("notebooks/01_corpus.ipynb", notebook())
    return tiny_book


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_box_says_how_the_page_was_produced(book):
    record().write(book.folder / "_records" / "runs" / "01_corpus.json")
    assert "WARNING" not in book.build()
    text = text_of(book.page("notebooks/01_corpus"))
    for fact in (
        "How this page was produced",
        "mffcnn run notebooks/01_corpus.ipynb -p profile smoke",
        "Run this page yourself with the same command",
        "profile = smoke, window = 20",
        "dataset_sha256 = bbbbbbbbbb…",
        "1 min 15 s, memory up to 512 MiB",
        "2026-01-02 03:04:05 UTC",
        "2 cores, x86_64, Linux-6",
        "Python 3.11.7, numpy 2.4.0",
        "commit 0123456789 and uncommitted changes",
    ):
        assert fact in text
    assert "wheel" not in text


def test_the_box_names_reference_runs(book):
    shown = {"results": "results/reference/quick/synthetic/mffcnn"}
    record(inputs=shown).write(book.folder / "_records" / "runs" / "01_corpus.json")
    book.build()
    assert "were measured before this build" in text_of(book.page("notebooks/01_corpus"))
    record(inputs={"results": "results/quick"}).write(
        book.folder / "_records" / "runs" / "01_corpus.json"
    )
    book.build()
    assert "before this build" not in text_of(book.page("notebooks/01_corpus"))


def test_a_page_that_names_a_reference_run_says_so_in_the_box(book):
    record().write(book.folder / "_records" / "runs" / "01_corpus.json")
    told = nbformat.v4.new_output("stream", text="64 % (63 to 72; 5 trainings; reference run)")
    cell = nbformat.v4.new_code_cell("'reference run'", outputs=[told])
    book.write("notebooks/01_corpus.ipynb", notebook(cell))
    book.build()
    assert "were measured before this build" in text_of(book.page("notebooks/01_corpus"))
    cell.outputs = []  # the words in the code alone are no result
    book.write("notebooks/01_corpus.ipynb", notebook(cell))
    book.build()
    assert "before this build" not in text_of(book.page("notebooks/01_corpus"))


def test_the_status_page_lists_every_notebook(book):
    record().write(book.folder / "_records" / "runs" / "01_corpus.json")
    book.build()
    page = book.page("status")
    assert 'href="notebooks/01_corpus.html"' in page
    assert "Corpus smoke 1 min 15 s 512 MiB 2 cores, x86_64 2026-01-02 0123456789" in text_of(page)
    assert "Versions, the same for all: Python 3.11.7, numpy 2.4.0." in text_of(page)


def test_the_status_page_tells_versions_apart(book):
    toc = book.folder / "_toc.yml"
    toc.write_text(toc.read_text() + "- file: notebooks/02_other\n")
    book.write("notebooks/02_other.ipynb", notebook())
    runs = book.folder / "_records" / "runs"
    record().write(runs / "01_corpus.json")
    record(packages={"numpy": "2.5.0"}).write(runs / "02_other.json")
    book.build()
    text = text_of(book.page("status"))
    assert "Versions of 01_corpus: Python 3.11.7, numpy 2.4.0." in text
    assert "Versions of 02_other: Python 3.11.7, numpy 2.5.0." in text


def test_a_build_without_records_says_how_to_run_the_notebook(book):
    assert "WARNING" not in book.build()
    text = text_of(book.page("notebooks/01_corpus"))
    assert "The notebook was not run for this build." in text
    assert "mffcnn run notebooks/01_corpus.ipynb" in text
    assert "not run in this build" in text_of(book.page("status"))


def test_a_notebook_without_its_record_is_a_warning(book):
    book.write("_records/build.json", "{}")
    assert "runs/01_corpus.json: expected a JSON record, got no file" in book.build()


def test_a_run_that_did_not_succeed_is_a_warning(book):
    record(status="failed").write(book.folder / "_records" / "runs" / "01_corpus.json")
    assert "expected a run that succeeded, got one that failed" in book.build()


def test_the_injected_parameters_are_said_in_the_box_only(book):
    cells = [
        nbformat.v4.new_code_cell("window = 20", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("window = 4", metadata={"tags": ["injected-parameters"]}),
    ]
    book.write("notebooks/01_corpus.ipynb", notebook(*cells))
    book.build()
    page = book.page("notebooks/01_corpus")
    assert "window = 4" not in text_of(page)
    assert "window = 20" in text_of(page)


def test_a_chapter_says_at_a_glance_with_which_profile_it_was_run(book):
    glance = "# Corpus\n\n```{admonition} At a glance\n**Time**: none\n```\n\n```\ncode\n```\n"
    book.write("book/how_to_scale.md", "# Scale\n")
    toc = book.folder / "_toc.yml"
    toc.write_text(toc.read_text() + "- file: book/how_to_scale\n")
    book.write("_records/build.json", '{"profile": "tiny", "dataset": "ours"}')
    record().write(book.folder / "_records" / "runs" / "01_corpus.json")
    cells = [nbformat.v4.new_markdown_cell(glance)]
    book.write("notebooks/01_corpus.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    assert "WARNING" not in book.build()
    text = text_of(book.page("notebooks/01_corpus"))
    assert "Time : none This page : profile tiny , data set ours . No GPU" in text


def test_a_new_record_changes_the_page(book):
    path = book.folder / "_records" / "runs" / "01_corpus.json"
    record().write(path)
    book.build()
    path.write_text(json.dumps({**json.loads(path.read_text()), "seconds": 9.0}))
    book.build()
    assert "9 s, memory up to" in text_of(book.page("notebooks/01_corpus"))
