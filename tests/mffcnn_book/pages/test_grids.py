import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mffcnn_book.pages import describe_grid, format_grid, plot_grid, plot_sweep

NAN = float("nan")


@pytest.fixture
def frame():
    rows = [
        ("head", 4, 0.6, 0.5, 0.7, NAN, NAN, NAN, NAN, 0.65, 0.60, "this build"),
        ("worse", 8, 0.4, 0.3, 0.5, -0.2, -0.3, -0.1, True, 0.63, 0.57, "this build"),
        ("alike", 12, 0.58, 0.5, 0.7, -0.02, -0.1, 0.06, False, NAN, NAN, "reference run"),
        ("later", 16, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0.62, 0.55, "to run yourself"),
    ]
    columns = (
        *("label", "w", "accuracy", "low", "high", "difference", "difference_low"),
        *("difference_high", "clear", "RML", "BAUM-1s", "origin"),
    )
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        macro_recall=frame.accuracy, worst_person=0.1, best_person=0.9,
        trainings=[5, 5, 1, NAN], seeded=[True, True, True, NAN], collapsed=[0, 0.25, 0, NAN],
    )  # fmt: skip


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_printed_rows_mark_what_lies_inside_the_interval(frame):
    shown = format_grid(frame, facts=["w"]).set_index("")
    assert shown.loc["head", "accuracy"] == "60.0% (50% to 70%)"
    assert shown.loc["head", "difference, points"] == ""
    assert shown.loc["worse", "difference, points"] == "-20.0 (-30.0 to -10.0)"
    assert shown.loc["alike", "difference, points"] == "≈ -2.0 (-10.0 to +6.0)"
    assert shown.loc["worse", "paper, RML"] == "63.0%"
    assert shown.loc["alike", "paper, RML"] == ""
    assert shown.loc["alike", "accuracy"].endswith(")*")  # a reference run
    assert "later" not in shown.index  # it stands in the list of what is left to run
    assert list(shown.w) == [4, 8, 12]
    assert list(shown.seeds) == ["5", "5", "1"]
    assert list(shown.collapsed) == ["", "25% of models", ""]


def test_columns_that_have_nothing_to_say_are_left_out(frame):
    frame[["RML", "BAUM-1s", "difference"]] = NAN
    assert list(format_grid(frame).columns) == [*("", "accuracy", "seeds", "collapsed", "people")]


def test_macro_recall_is_shown_where_it_is_not_the_accuracy(frame):
    frame["macro_recall"] = frame.accuracy - [0, 0.01, 0, 0]
    assert list(format_grid(frame)["macro recall"]) == ["60.0%", "39.0%", "58.0%"]


def test_where_nothing_is_measured_the_paper_is_repeated(frame):
    frame[["accuracy", "difference"]] = NAN
    shown = format_grid(frame)
    assert list(shown.columns) == ["", "paper, RML", "paper, BAUM-1s"]
    assert len(shown) == 4


def test_a_method_without_luck_has_no_number_of_seeds(frame):
    frame.seeded = False
    assert list(format_grid(frame).seeds) == ["-"] * 3


def test_an_arrow_is_one_character(frame):
    frame.label = [f"T->S {name}" for name in frame.label]
    assert plot_grid(frame, data="x").axes[0].get_yticklabels()[0].get_text() == "T→S head"


@pytest.mark.parametrize("without", ["ours", "paper's"])
def test_every_row_has_its_place_in_the_plot(frame, without):
    frame.loc[frame.index[[0, -1]], ["accuracy"] if without == "ours" else ["RML", "BAUM-1s"]] = NAN
    rows = frame.accuracy.notna().sum()
    for ax in plot_grid(frame, data="x", baseline="worse").axes:
        assert ax.get_ylim() == (rows - 0.5, -0.5)


def test_ours_and_the_papers_stand_in_panels_of_their_own(frame):
    figure = plot_grid(frame, data="synthetic", baseline="head")
    ours, paper = figure.axes
    assert ours.get_title() == "ours, synthetic"
    assert paper.get_title() == "printed in the paper"
    hollow = [
        container.lines[0].get_markerfacecolor() == ours.get_facecolor()
        for container in ours.containers
    ]
    assert hollow == [False, False, True]
    assert len(plot_grid(frame.assign(**{"RML": NAN, "BAUM-1s": NAN}), data="x").axes) == 1


def test_a_sweep_leaves_out_what_was_not_run(frame):
    ax = plot_sweep(frame, "w")
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [4, 8, 12])
    assert len(plot_sweep(frame, "w", hue="origin", ax=plt.figure().gca()).lines) == 2


def test_nothing_measured_is_said(frame):
    frame.accuracy = NAN
    for ax in (plot_sweep(frame, "w"), plot_grid(frame, data="x").axes[0]):
        assert "nothing measured yet" in [text.get_text() for text in ax.texts]
    assert describe_grid(frame) == "Nothing is measured yet."
