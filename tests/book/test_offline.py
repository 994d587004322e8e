"""No page asks another host for anything, as far as its text tells (see also test_browser)."""

import re
from html.parser import HTMLParser

import pytest

# Attributes that a browser loads by itself; the target of <a> is followed only by a reader.
LOADED = {"src", "srcset", "poster", "data", "action", "background"}
OTHER_HOST = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
CSS_LOADS = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])((?:https?:)?//[^'")\s]+)""")
JS_LOADS = re.compile(
    r"""(?:fetch|import|importScripts|Worker|open)\(\s*["'`](https?://[^"'`]+)"""
    r"""|(?:\.src|\.href|_URL)\s*=\s*["'`](https?://[^"'`]+)"""
)


class Loads(HTMLParser):
    """Collect the addresses that a page loads by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        for name, value in attrs:
            value = value or ""
            loaded = name in LOADED or (name == "href" and tag in ("link", "image", "use"))
            addresses = value.split(",") if name == "srcset" else [value]
            if loaded and any(map(OTHER_HOST.match, addresses)):
                self.found.append(value)
            if name == "style":
                self.found += CSS_LOADS.findall(value)

    def handle_data(self, data):
        if self.inside == "style":
            self.found += CSS_LOADS.findall(data)
        elif self.inside == "script":
            self.found += ["".join(hit) for hit in JS_LOADS.findall(data)]


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://unpkg.com/thebe"></script>',
        '<img src="//example.org/a.png">',
        '<img srcset="a.png 1x, https://example.org/b.png 2x">',
        '<link rel="stylesheet" href="https://fonts.example.org/a.css">',
        '<p style="background: url(https://example.org/a.png)">',
        '<style>@import "https://example.org/a.css";</style>',
        '<script>const THEBE_JS_URL = "https://unpkg.com/thebe"</script>',
        '<script>fetch("https://example.org/data.json")</script>',
        '<video poster="https://example.org/a.png"></video>',
    ],
)
def test_the_gate_sees(page):
    assert Loads(page).found


def test_the_gate_lets_links_and_own_files_pass():
    assert not Loads(
        '<a href="https://doi.org/x">x</a><img src="data:image/png;base64,//8=">'
    ).found


@pytest.mark.slow
def test_pages_load_nothing_from_another_host(smoke_pages):
    found = {page.name: Loads(page.read_text(encoding="utf-8")).found for page in smoke_pages}
    assert not {name: loads for name, loads in found.items() if loads}


@pytest.mark.slow
def test_styles_load_nothing_from_another_host(smoke_site):
    styles = sorted(smoke_site.index.parent.rglob("*.css"))
    assert styles
    found = {path.name: CSS_LOADS.findall(path.read_text(encoding="utf-8")) for path in styles}
    assert not {name: loads for name, loads in found.items() if loads}


@pytest.mark.slow
def test_mathjax_comes_with_the_site(smoke_site, smoke_pages):
    script = smoke_site.index.parent / "_static" / "mathjax" / "tex-svg-full.js"
    assert '"3.2.2"' in script.read_text(encoding="utf-8")
    pages = [page.read_text(encoding="utf-8") for page in smoke_pages]
    with_formula = [text for text in pages if 'class="math' in text]
    assert with_formula
    assert all("_static/mathjax/tex-svg-full.js" in text for text in with_formula)


def test_a_page_without_formulas_loads_no_mathjax(tiny_book):
    tiny_book.configure("sphinx.ext.mathjax", "offline")
    tiny_book.write("index.rst", "One\n===\n\n.. toctree::\n\n   below\n")
    tiny_book.write("below.rst", "Two\n===\n\n.. math:: x = 1\n")
    tiny_book.build()
    assert "mathjax" in tiny_book.page("below")
    assert "mathjax" not in tiny_book.page("index")
