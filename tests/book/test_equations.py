import re

import pytest

MODULE = '''"""Functions."""

__all__ = ["f", "g"]


def f():
    """Do.

    Paper: Sec. 1, Eqs. (3)-(4).
    Book: ch. 4.
    """


def g():
    """Do something else, without Eq. (3) in a line that is no source.

    Paper: Eq. (4)
    """
'''


@pytest.fixture
def book(tiny_book, monkeypatch):
    monkeypatch.syspath_prepend(str(tiny_book.folder))
    tiny_book.configure(
        "myst_parser", "sphinx.ext.napoleon", "equations",
        myst_enable_extensions=["dollarmath", "amsmath"],
        autodoc_default_options={"members": True},
    )  # fmt: skip
    with (tiny_book.folder / "conf.py").open("a") as conf:
        conf.write(f"\nimport sys\nsys.path.insert(0, {str(tiny_book.folder)!r})\n")
    tiny_book.write("equations_example.py", MODULE)
    tiny_book.write(
        "index.md",
        "# T\n\n```{toctree}\nnotebooks/04_x\napi\n```\n\n"
        "```{equation-index}\n3: smoothing\n4: pooling\n5: nothing\n```\n",
    )
    tiny_book.write(
        "notebooks/04_x.md", "# Chapter\n\n(equation-3)=\n(equation-4)=\n$$ a = b \\tag{3, 4} $$\n"
    )
    tiny_book.write("api.md", "# L\n\n```{eval-rst}\n.. automodule:: equations_example\n```\n")
    return tiny_book


def test_a_docstring_leads_to_the_equation_and_the_chapter(book):
    assert "WARNING" not in book.build()
    page = book.page("api")
    assert page.count('href="notebooks/04_x.html#equation-3"') == 1  # not from prose
    assert page.count('href="notebooks/04_x.html#equation-4"') == 2
    assert re.search(r'href="notebooks/04_x\.html">(<[^>]*>)*ch\. 4', page)


def test_an_equation_leads_to_what_computes_it(book):
    book.build()
    page = book.page("notebooks/04_x")
    assert 'id="equation-3"' in page
    line = re.search(r'<p class="equation-code">.*?</p>', page, re.DOTALL)[0]
    assert re.findall(r'href="([^"]*)"', line) == [
        "../api.html#equations_example.f", "../api.html#equations_example.g",
    ]  # fmt: skip


def test_the_index_has_both_ways_and_says_what_is_missing(book):
    book.build()
    rows = re.findall(r"<tr.*?</tr>", book.page("index"), re.DOTALL)[1:]
    assert "notebooks/04_x.html#equation-3" in rows[0]
    assert "api.html#equations_example.f" in rows[0]
    assert "equations_example.g" not in rows[0]
    assert "not in the book" in rows[2]


def test_a_cited_equation_that_no_chapter_has_is_a_warning(book):
    book.write("notebooks/04_x.md", "# Chapter\n\n(equation-3)=\n$$ a = b $$\n")
    assert "equation-4" in book.build()


def test_a_new_citation_changes_the_chapter(book):
    book.build()
    book.write("equations_example.py", MODULE.replace("Eq. (4)\n", "Sec. 2\n"))
    book.write("api.md", "# M\n\n```{eval-rst}\n.. automodule:: equations_example\n```\n")
    book.build()
    assert "equations_example.g" not in book.page("notebooks/04_x")
