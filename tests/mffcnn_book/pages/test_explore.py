import re

import numpy as np
import pandas as pd
import pytest

from mffcnn_book import pages
from mffcnn_core.errors import ParameterError

ALT = "A sentence that says what is shown."
FRAMES = np.zeros((11, 20, 20, 3), np.uint8)  # 10 flows


def pictures(n):
    return np.zeros((n, 20, 20, 3), np.uint8)


def test_a_window_has_a_map_for_every_place():
    shown = pages.explore_windows(FRAMES, {4: pictures(4), 10: pictures(1)}, step=2, alt=ALT)
    body = shown._repr_html_()
    assert re.findall(r'data-length="(\d+)" data-places="(\d+)"', body) == [("4", "4"), ("10", "1")]
    assert body.count(" hidden>") == 2  # the shorter window, and the controls without a script
    assert repr(shown) == f"[Explorable: {ALT}]"


@pytest.mark.parametrize("maps", [{}, {4: pictures(3)}, {10: pictures(1), 4: pictures(5)}])
def test_maps_that_do_not_fit_the_clip(maps):
    with pytest.raises(ParameterError, match="expected a picture for every 2 flows"):
        pages.explore_windows(FRAMES, maps, step=2, alt=ALT)


def test_a_long_clip_has_smaller_pictures_and_a_very_long_one_none():
    long = np.zeros((300, 8, 8, 3), np.uint8)
    assert "explore-face" in pages.explore_windows(long, {299: pictures(1)}, step=1, alt=ALT).body
    longer = np.zeros((2100, 8, 8, 3), np.uint8)
    with pytest.raises(ParameterError, match="expected at most 2047 in a row.*got 2100"):
        pages.explore_windows(longer, {2099: pictures(1)}, step=1, alt=ALT)


def test_every_row_of_a_grid_is_there_and_the_headline_is_shown():
    rows = pd.DataFrame(
        {
            "label": ["T->S C_4_1, C_5_1", "both C_2_1"],
            "direction": ["T->S", "both"],
            "stages": [(4, 5), (2,)],
            "accuracy": [0.5, np.nan],
            "low": [0.4, np.nan],
            "high": [0.6, np.nan],
            "RML": [0.6502, np.nan],
            "BAUM-1s": [0.6021, np.nan],
            "origin": ["this build", "not run"],
        }
    )
    body = pages.explore_fusion(rows, data="toys", alt=ALT)._repr_html_()
    shown, hidden = re.findall(r"<tr data-key.*?</tr>", body)
    assert re.findall(r"<td>(.*?)</td>", shown) == [
        "T→S C_4_1, C_5_1", "50.0% (40.0% to 60.0%)", "this build", "65.0%", "60.2%",
    ]  # fmt: skip
    assert " hidden>" in hidden
    assert re.findall(r"<td>(.*?)</td>", hidden)[1:] == ["—", "not run", "—", "—"]
    assert body.count("<g data-way") == 8


def test_without_a_place_there_is_the_row_without_a_product():
    rows = pd.DataFrame(
        {
            "label": ["both, no product"], "direction": [np.nan], "stages": [np.nan],
            "accuracy": [0.25], "low": [0.2], "high": [0.3], "origin": ["this build"],
        }
    )  # fmt: skip
    body = pages.explore_fusion(rows, data="toys", alt=ALT)._repr_html_()
    assert '<tr data-key="none" hidden><td>both, no product</td><td>25.0% (20.0%' in body


def test_a_threshold_begins_with_all_clips():
    truth, said = ["anger", "fear", "fear"], ["anger", "fear", "anger"]
    body = pages.explore_threshold(truth, said, [0.5, 1, 0.25], alt=ALT)._repr_html_()
    assert "3 of 3 clips answered, 66.7% of them right" in body
    assert "data-clips='[[0, 0, 0.5], [2, 2, 1.0], [2, 0, 0.25]]'" in body
    cells = list(map(int, re.findall(r"<td>(\d+)</td>", body)))
    assert cells[:3] == [1, 0, 0]
    assert cells[12:15] == [1, 0, 1]


@pytest.mark.parametrize("leads", [[1.0], [1.0, -1.0], [1.0, np.nan]])
def test_leads_that_do_not_fit(leads):
    with pytest.raises(ParameterError, match="expected one finite value >= 0 for each clip"):
        pages.explore_threshold(["anger", "fear"], ["anger", "fear"], leads, alt=ALT)


def test_an_explorable_needs_words():
    with pytest.raises(ParameterError, match="alt: expected a sentence"):
        pages.explore_threshold(["anger"], ["anger"], [1.0], alt="Matrix")
