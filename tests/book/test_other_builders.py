"""The book does not hang on one tool, and a checkout builds as it is."""

import re
import shutil
import sys

import pytest

from mffcnn_core.sources import PACKAGES

pytestmark = pytest.mark.slow

JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"


def article(page):
    """Return what stands in the article of a page, without numbers that a build draws."""
    found = re.search(r"<article.*?</article>", page.read_text(encoding="utf-8"), re.DOTALL)
    return re.sub(r"\bid\d+\b|[0-9a-f]{32,}", "", found[0]) if found else ""


def test_plain_sphinx_makes_the_same_pages(smoke_site, smoke_pages, tmp_path, run):
    source = tmp_path / "source"
    shutil.copytree(smoke_site.source, source)
    toc = source / "book" / "_toc.yml"
    done = run(
        sys.executable, "-c", JUPYTER_BOOK, "config", "sphinx", "--toc", toc, source, cwd=source
    )
    assert done.returncode == 0, done.stderr
    done = run(
        *(sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", source, tmp_path / "html"),
        cwd=source,
        PYTHONPATH=str(source / "book" / "_ext"),
    )
    assert done.returncode == 0, done.stderr
    for page in smoke_pages:
        name = page.relative_to(smoke_site.index.parent)
        if name.parts[0] in ("book", "notebooks"):
            assert article(tmp_path / "html" / name) == article(page), name


def test_a_plain_checkout_builds_without_results(root, tmp_path, run):
    for name in ("book", "notebooks", *PACKAGES, "data_manifests"):  # pages show them
        shutil.copytree(root / name, tmp_path / "root" / name)
    for name in ("_config.yml", "CITATION.cff"):
        shutil.copy(root / name, tmp_path / "root")
    done = run(
        *(sys.executable, "-c", JUPYTER_BOOK, "build", ".", "--toc", "book/_toc.yml"),
        *("-W", "-n", "--keep-going"),
        cwd=tmp_path / "root",
    )
    assert done.returncode == 0, done.stderr
    intro = (tmp_path / "root" / "_build" / "html" / "book" / "intro.html").read_text("utf-8")
    assert "not computed in this build" in intro
