from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from mffcnn_book.pages import GridPage

NAN = float("nan")
FACTS = ("label", "accuracy", "low", "high", "trainings", "seeded", "collapsed", "origin")
ROWS = [
    ("head", 0.641, 0.57, 0.71, 5, True, 0.0, "reference run"),
    ("other", 0.61, 0.5, 0.7, 5, True, 0.0, "reference run"),
    ("once", 0.2, 0.1, 0.3, 1, True, 0.5, "reference run"),
    ("fixed", 0.6, 0.5, 0.7, 1, False, 0.0, "reference run"),
    ("later", NAN, NAN, NAN, NAN, NAN, NAN, "to run yourself"),
]


@pytest.fixture
def page():
    frame = pd.DataFrame(ROWS, columns=FACTS)
    frame = frame.assign(
        macro_recall=frame.accuracy, worst_person=0.1, best_person=0.9,
        difference=[NAN, -0.031, -0.44, 0.05, NAN], difference_low=[NAN, -0.074, -0.5, 0.01, NAN],
        difference_high=[NAN, 0.012, -0.3, 0.1, NAN], clear=[NAN, False, False, True, NAN],
        RML=[0.65, NAN, NAN, NAN, 0.6], **{"BAUM-1s": NAN},
    )  # fmt: skip
    grid = SimpleNamespace(title="Toys", place="Table 9", baseline="head")
    return GridPage({"toys": frame}, {"toys": grid}, "toy clips", "--profile mine")


def test_a_table_says_what_its_signs_mean_and_leaves_out_what_is_not_there(page):
    shown = page.printed("toys")
    assert "later" not in shown._repr_html_()
    for told in (
        "Toys (Table 9). Accuracy on toy clips, with 95 % intervals over people and trainings",
        "difference from: head (≈: not clear)",
        "*: a reference run, made before this build",
        "1 row with fewer than 3 seeds: there the interval says little or nothing",
    ):
        assert told in shown.caption


def test_what_is_left_to_run_is_a_list_with_its_command(page):
    (entry,) = page.left_out().entries
    assert entry[0] == "Toys: 1 of 5 rows"
    assert entry[1] == {"Rows": "later", "Command": "mffcnn evaluate toys --profile mine"}
    page = replace(page, frames={"toys": page.frames["toys"].drop(4)})
    assert page.left_out().entries == ()


def test_where_nothing_is_measured_the_paper_is_repeated_or_the_list_shown(page):
    page.frames["toys"].accuracy = NAN
    assert page.printed("toys").caption == "Toys (Table 9). The columns repeat the paper."
    assert page.drawn("toys").title == "To run yourself"
    page.frames["toys"].RML = NAN
    assert page.printed("toys").title == "To run yourself"


def test_the_origin_is_that_of_the_measured_rows(page):
    assert page.origin == "reference runs"
    page.frames["toys"].loc[0, "origin"] = "this build"
    assert page.origin == "reference runs and this build"
    page.frames["toys"].accuracy = NAN
    assert page.origin == ""


def test_rows_and_leads_in_words(page):
    assert page.row("toys", "head") == "64.1 % (57 to 71; 5 trainings)"
    assert page.row("toys", "once") == "20.0 % (10 to 30; 1 training), with collapsed models"
    assert page.row("toys", "fixed") == "60.0 % (50 to 70)"
    assert page.row("toys", "later") == page.lead("toys", "later") == "(to be measured)"
    assert page.lead("toys", "other") == "3.1 points less (-7.4 to +1.2), which is not clear"
    once = "44.0 points less (-50.0 to -30.0), which takes more than 1 training to call clear"
    assert page.lead("toys", "once") == once
    assert page.lead("toys", "fixed") == "5.0 points more (+1.0 to +10.0), which is clear"


def test_only_what_is_measured_is_compared(page):
    rows = {"another": ("toys", "other"), "a later one": ("toys", "later")}
    assert page.leads(rows) == "another, 3.1 points less (-7.4 to +1.2), which is not clear"
    assert page.leads({"a later one": ("toys", "later")}) == ""
