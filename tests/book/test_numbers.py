"""Numbers of the built pages are those of their records, and no cell is left open."""

import html
import re

import pytest

from mffcnn_book.experiments import GRIDS, Workspace, trainings_of

pytestmark = pytest.mark.slow
SEEDS = re.compile(r"(\d+) trainings?[);,.]")


def cells(row, kind):
    return [
        html.unescape(re.sub("<[^>]*>", "", cell)).strip()
        for cell in re.findall(rf"<{kind}[^>]*>(.*?)</{kind}>", row, flags=re.DOTALL)
    ]


def tables(text):
    """Yield the rows of each table that tells seeds, as mappings of column to cell."""
    for table in re.findall(r"<table.*?</table>", text, flags=re.DOTALL):
        head, *rows = re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL)
        columns = cells(head, "th")
        if "seeds" in columns:
            yield [dict(zip(columns, cells(row, "t[dh]"), strict=True)) for row in rows]


@pytest.fixture(scope="module")
def counted(root):
    """Return label -> numbers of trainings that its records have, in any grid."""
    work, found = Workspace.open("smoke", root=root), {}
    for grid in GRIDS.values():
        for row in grid.rows:
            label = row.label.replace("->", "→")
            trainings = trainings_of(work, row.configuration)
            if trainings is not None:
                count = len(trainings.records) if trainings.seeded else "-"
                found.setdefault(label, set()).add(str(count))
    return found


def test_no_cell_says_that_something_was_not_run(smoke_pages):
    for page in smoke_pages:
        for table in re.findall(r"<table.*?</table>", page.read_text(encoding="utf-8"), re.DOTALL):
            assert "not run" not in cells(table, "td"), page.name


@pytest.mark.parametrize("name", ["12_ablations", "13_confusion_matrices", "14_comparison"])
def test_every_row_tells_the_number_of_its_records(smoke_site, counted, name):
    text = (smoke_site.index.parent / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    shown = [row for table in tables(text) for row in table]
    assert shown, "no table tells seeds"
    known = [(next(iter(row.values())), row) for row in shown]
    known = [(label, row) for label, row in known if label in counted]
    assert known, "no row is of a grid"
    for label, row in known:
        assert row["seeds"] in counted[label], (label, row)


def test_sentences_tell_as_many_trainings_as_there_are(smoke_pages, counted):
    known = set().union(*counted.values())
    told = {
        number
        for page in smoke_pages
        if page.name in ("intro.html", "what_we_found.html")  # others speak of what is planned
        for number in SEEDS.findall(page.read_text(encoding="utf-8"))
    }
    assert told <= known


def test_what_was_found_stands_on_its_page(smoke_site):
    page = smoke_site.index.parent / "book" / "what_we_found.html"
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r'class="(?:[^"]* )?verdict[ "]', text)) >= 2
    assert "not computed in this build" not in text
    assert "The paper&#39;s method recognises" in text or "The paper’s method" in text
