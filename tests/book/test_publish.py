"""What a published site needs, and the workflows that publish it."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import nbformat
import pytest
import yaml

URL, REPOSITORY = "https://example.org/book", "somebody/something"


@pytest.fixture
def book(tiny_book):
    tiny_book.configure(
        "myst_nb", "publish", html_theme="sphinx_book_theme", nb_execution_mode="off",
        html_theme_options={"use_download_button": True},
    )  # fmt: skip
    tiny_book.write(
        "index.md", "# Start\n\nHere it `begins`.\n\n```{toctree}\nnotebooks/01_a\n```\n"
    )
    tiny_book.write(
        "notebooks/01_a.ipynb",
        nbformat.writes(
            nbformat.v4.new_notebook(
                cells=[
                    nbformat.v4.new_markdown_cell(
                        "# A\n\nText, {source}`free`; lab{colab}`book/labs/lab01.ipynb`."
                    ),
                    nbformat.v4.new_code_cell(
                        'A = "https://github.com/OWNER/NAME"',
                        id="setup",
                        metadata={"tags": ["remove-cell"]},
                    ),
                ],
                metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            )
        ),
    )
    return tiny_book


def test_a_page_describes_itself_without_pictures(book):
    book.build()
    page = book.page("index")
    assert '<meta property="og:title" content="Start">' in page
    assert '<meta property="og:description" content="Here it begins.">' in page
    assert '<meta name="description" content="Here it begins.">' in page
    assert "og:image" not in page


def test_without_an_address_nothing_pretends_to_know_it(book):
    book.build()
    assert not (book.html / "sitemap.xml").exists()
    page = book.page("notebooks/01_a")
    assert "og:url" not in page
    assert "colab" not in page
    assert "mybinder" not in page
    assert "_sources/notebooks/01_a.ipynb" in page  # to download
    assert "github.com" not in (book.html / "_sources" / "notebooks" / "01_a.ipynb").read_text()
    assert "Text, <span>free</span>; lab." in page
    assert "github.com" not in page


def test_with_an_address_there_are_a_sitemap_and_launch_buttons(book, monkeypatch):
    monkeypatch.setenv("BOOK_URL", URL)
    monkeypatch.setenv("BOOK_REPOSITORY", REPOSITORY)
    book.build()
    sitemap = ET.parse(book.html / "sitemap.xml").getroot()
    assert [node[0].text for node in sitemap] == [
        f"{URL}/index.html", f"{URL}/notebooks/01_a.html",
    ]  # fmt: skip
    assert f"Sitemap: {URL}/sitemap.xml" in (book.html / "robots.txt").read_text()
    page = book.page("notebooks/01_a")
    assert f"colab.research.google.com/github/{REPOSITORY}/blob/main/notebooks/01_a.ipynb" in page
    lab = f"colab.research.google.com/github/{REPOSITORY}/blob/main/book/labs/lab01.ipynb"
    assert f'{lab}">on Colab</a>)' in page
    assert f"mybinder.org/v2/gh/{REPOSITORY}/main" in page
    assert f'href="https://github.com/{REPOSITORY}">free</a>' in page
    offered = (book.html / "_sources" / "notebooks" / "01_a.ipynb").read_text()
    assert f"github.com/{REPOSITORY}" in offered
    assert "OWNER/NAME" not in offered
    assert f'<meta property="og:url" content="{URL}/notebooks/01_a.html">' in page


def test_a_wrong_address_leads_back(book, monkeypatch):
    book.build()
    assert '<a href="index.html">The first page</a>' in book.page("404")
    monkeypatch.setenv("BOOK_URL", URL)
    book.write("index.md", "# Start\n\nChanged.\n\n```{toctree}\nnotebooks/01_a\n```\n")
    book.build()
    assert f'<base href="{URL}/">' in book.page("404")  # shown at any depth
    assert "<base" not in book.page("index")


def check(schema, path):
    pytest.importorskip("check_jsonschema")
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", path],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", ["tests", "publish", "weekly"])
def test_workflows_are_of_githubs_form(root, name):
    done = check("github-workflows", root / ".github" / "workflows" / f"{name}.yml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("schema", "path"),
    [("dependabot", ".github/dependabot.yml"), ("citation-file-format", "CITATION.cff")],
)
def test_other_files_are_of_their_form(root, schema, path):
    done = check(schema, root / path)
    assert done.returncode == 0, done.stdout


def test_the_lint_sees_a_mistake(tmp_path):
    (tmp_path / "a.yml").write_text("on: push\njobs: {a: {steps: []}}\n")  # no machine to run on
    assert check("github-workflows", tmp_path / "a.yml").returncode != 0


def test_workflows_run_only_commands_that_exist(root):
    targets = {
        line.split(":")[0] for line in (root / "Makefile").read_text().splitlines() if "## " in line
    }
    workflows = sorted((root / ".github" / "workflows").glob("*.yml"))
    assert workflows
    for path in workflows:
        jobs = yaml.safe_load(path.read_text())["jobs"]
        for job in jobs.values():
            assert job["timeout-minutes"] if "make" in str(job) else True
            for step in job["steps"]:
                for line in step.get("run", "").splitlines():
                    words = line.split()
                    if words[0] == "make":
                        assert words[1] in targets, path.name
                    elif words[0].startswith("."):
                        assert (root / words[0]).is_file(), path.name
