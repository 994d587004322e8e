"""The slides: six lectures whose pictures and equations are the book's own."""

import importlib.util
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "labs" / "source"
LECTURES = range(1, len(list(SOURCES.glob("lab*"))) + 1)


@pytest.fixture(scope="module")
def slides(root):
    spec = importlib.util.spec_from_file_location("slides", root / "book" / "_ext" / "slides.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=LECTURES)
def lecture(root, request):
    return root / "book" / "slides" / f"lecture{request.param}.md"


def test_there_is_a_lecture_for_each_lab(root):
    found = sorted((root / "book" / "slides").glob("*.md"))
    assert [path.stem for path in found] == [f"lecture{number}" for number in LECTURES]


def test_every_picture_and_equation_is_in_the_book(root, lecture, slides):
    calls = slides.CALL.findall(lecture.read_text(encoding="utf-8"))
    assert calls
    for kind, notebook, name in calls:
        path = root / "notebooks" / f"{notebook}.ipynb"
        found = {"figure": slides.figure, "equation": slides.equation}[kind](path, name)
        assert found is not None, (notebook, name)
        assert kind == "figure" or found


def test_every_slide_has_a_heading_and_every_lecture_notes(root, lecture, slides):
    page = slides.slides_of(lecture, root / "notebooks")
    shown = re.findall(r'<section class="slide".*?</section>', page, re.S)
    assert len(shown) >= 7
    assert all(re.search(r"<h[12]>", one) for one in shown)
    assert page.count('class="notes"') >= len(shown) - 1
    assert not re.search(r"""(src|href)\s*=\s*["'](https?:)?//""", page)


def test_what_is_not_there_is_a_warning(root, tmp_path, slides, caplog):
    path = tmp_path / "lecture1.md"
    path.write_text("# One\n\n{figure} 01_corpus nowhere\n", encoding="utf-8")
    said = []
    slides.LOG.warning = said.append
    page = slides.slides_of(path, root / "notebooks")
    assert said == ["lecture1.md: expected the figure nowhere in 01_corpus, got none there."]
    assert "{figure}" not in page


def test_mathematics_is_left_for_mathjax_and_text_is_escaped(root, tmp_path, slides):
    path = tmp_path / "lecture1.md"
    path.write_text("# One & two\n\n$a < b$ and\n\n$$\nc_1\n$$\n", encoding="utf-8")
    page = slides.slides_of(path, root / "notebooks")
    assert r"\(a &lt; b\)" in page
    assert r"\[" in page and "c_1" in page
    assert "<title>One &amp; two</title>" in page


@pytest.mark.slow
def test_the_slides_are_in_the_site(smoke_site):
    folder = smoke_site.index.parent / "slides"
    pages = sorted(folder.glob("lecture*.html"))
    assert len(pages) == len(LECTURES)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "is made when the book is made" not in text, page.name
        for used in re.findall(r'(?:href|src)="(\.\./[^"]+)"', text):
            assert (folder / used).resolve().is_file(), used
