"""What a site needs where it is published: its address, where to run it, and who cites it how.

Two environment variables, set by the workflow that publishes, since a checkout does not
know where it will stand: ``BOOK_URL`` (of the first page) and ``BOOK_REPOSITORY``
(``owner/name`` on GitHub).  Without the first there is no sitemap and no canonical address;
without the second no button leads to Binder or Colab, no text to the source, and the notebooks
that the site offers have no cell for Colab.  Everything else is there in any case: a description
of every page (Open Graph, without pictures) and a page for wrong addresses.
"""

import json
import os
import re
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as escape_xml

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

DESCRIPTION = 200  # characters
COLAB = "setup"  # id of the cell that makes Colab ready
UNKNOWN = "OWNER/NAME"  # the repository in it, until an address is given
LOST = (
    "<article><h1>This page does not exist</h1><p>It may have moved. "
    '<a href="{home}">The first page</a> and the <a href="{search}">search</a> lead on.'
    "</p></article>"
)


def _configure(app: Sphinx, config) -> None:
    if url := os.environ.get("BOOK_URL"):
        config.html_baseurl = url.rstrip("/") + "/"
    if repository := os.environ.get("BOOK_REPOSITORY"):
        config.html_theme_options |= {
            "repository_url": f"https://github.com/{repository}",
            "repository_branch": "main",
            "launch_buttons": {
                "binderhub_url": "https://mybinder.org",
                "colab_url": "https://colab.research.google.com",
                "notebook_interface": "jupyterlab",
                "thebe": False,
            },
        }


def description_of(doctree: nodes.document | None) -> str:
    """Return the first words of a page's running text."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            text = " ".join(paragraph.astext().split())
            if len(text) <= DESCRIPTION:
                return text
            return text[:DESCRIPTION].rsplit(" ", 1)[0] + " …"
    return ""


def _describe(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    about = description_of(doctree)
    address = f"{app.config.html_baseurl}{page}.html" if app.config.html_baseurl else ""
    properties = {
        "og:title": context.get("title", ""),
        "og:type": "article",
        "og:site_name": app.config.html_title or app.config.project,
        "og:url": address,
        "og:description": about,
    }
    tags = [
        f'<meta property="{name}" content="{escape(_plain(value))}">'
        for name, value in properties.items()
        if value
    ]
    if about:
        tags.append(f'<meta name="description" content="{escape(about)}">')
    if page == "404" and app.config.html_baseurl:
        # a host shows this page at any depth
        tags.insert(0, f'<base href="{escape(app.config.html_baseurl)}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)


def _plain(text: str) -> str:
    """Return a title without its mark-up."""
    return re.sub(r"<[^>]*>", "", text)


def _lost_page(app: Sphinx):
    home = app.builder.get_relative_uri("404", app.config.root_doc)
    body = LOST.format(home=home, search="search.html")
    yield "404", {"title": "This page does not exist", "body": body}, "page.html"


def _write_sitemap(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html" or not app.config.html_baseurl:
        return
    pages = sorted(app.env.all_docs)
    rows = "".join(
        f"<url><loc>{escape_xml(app.config.html_baseurl + page)}.html</loc></url>\n"
        for page in pages
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )
    Path(app.outdir, "sitemap.xml").write_text(text, encoding="utf-8")
    robots = f"User-agent: *\nSitemap: {app.config.html_baseurl}sitemap.xml\n"
    Path(app.outdir, "robots.txt").write_text(robots, encoding="utf-8")


class SourceRole(SphinxRole):
    """The role ``source``: a text that leads to the repository, where its address is known."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a link, or the text alone."""
        repository = os.environ.get("BOOK_REPOSITORY")
        if not repository:
            return [nodes.inline(self.text, self.text)], []
        address = f"https://github.com/{repository}"
        return [nodes.reference(self.text, self.text, refuri=address)], []


class ColabRole(SphinxRole):
    """The role ``colab``: a notebook of the repository on Colab; nothing without an address."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a link in brackets, or nothing."""
        repository = os.environ.get("BOOK_REPOSITORY")
        if not repository:
            return [], []
        address = f"https://colab.research.google.com/github/{repository}/blob/main/{self.text}"
        link = nodes.reference(self.text, "on Colab", refuri=address)
        return [nodes.Text(" ("), link, nodes.Text(")")], []


def _address_notebooks(app: Sphinx, error: Exception | None) -> None:
    """Write the address into the notebooks that the site offers, or drop the cell without one."""
    if error is not None or app.builder.format != "html":
        return
    repository = os.environ.get("BOOK_REPOSITORY")
    for path in sorted(Path(app.outdir, "_sources").rglob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if repository:
            text = json.dumps(notebook, indent=1, ensure_ascii=False).replace(UNKNOWN, repository)
        else:
            notebook["cells"] = [c for c in notebook["cells"] if c.get("id") != COLAB]
            text = json.dumps(notebook, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def _mark_site(app: Sphinx, error: Exception | None) -> None:
    """Tell GitHub Pages to leave folders that begin with an underscore alone."""
    if error is None and app.builder.format == "html":
        Path(app.outdir, ".nojekyll").touch()


def setup(app: Sphinx) -> dict:
    app.add_role("source", SourceRole())
    app.add_role("colab", ColabRole())
    app.connect("config-inited", _configure, priority=100)
    app.connect("html-page-context", _describe)
    app.connect("html-collect-pages", _lost_page)
    app.connect("build-finished", _write_sitemap)
    app.connect("build-finished", _address_notebooks)
    app.connect("build-finished", _mark_site)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
