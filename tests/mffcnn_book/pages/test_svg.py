import re
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from mffcnn_book import pages

mpl.use("Agg")
ALT = 'A figure with "quotes", for tests.'


def curve():
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1, 0], label="a line")
    ax.grid()
    ax.bar([0, 1], [1, 2], hatch="//")
    ax.legend()
    return figure


def photograph():
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.imshow(np.random.default_rng(0).integers(0, 255, (20, 20, 3), dtype=np.uint8))
    ax.set_title("noise")
    return figure


def test_ink_paper_and_grid_are_those_of_the_page():
    svg = pages.show(curve, alt=ALT).svg
    ElementTree.fromstring(svg)
    assert "currentColor" in svg
    assert "var(--mffcnn-grid" in svg
    assert "var(--mffcnn-paper" in svg
    assert not re.search("#1f2328|#d0d7de(?!\\))|#fffffe", svg)
    assert ElementTree.fromstring(svg).get("aria-label") == ALT


def test_two_pictures_of_one_page_share_no_names():
    one, other = (pages.show(draw, alt=ALT).svg for draw in (curve, photograph))
    names = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, other)]
    assert names[0]
    assert not names[0] & names[1]
    for svg, own in zip((one, other), names, strict=True):
        used = set(re.findall(r'xlink:href="#([^"]+)"|url\(#([^)]+)\)', svg))
        assert {a or b for a, b in used} <= own


def test_the_same_figure_gives_the_same_bytes():
    assert pages.show(curve, alt=ALT).svg == pages.show(curve, alt=ALT).svg


def test_photographs_are_small():
    svg = pages.show(photograph, alt=ALT).svg
    assert "data:image/webp;base64," in svg
    assert "image/png" not in svg


def test_many_shapes_become_one_image():
    def field():
        figure, ax = plt.subplots(figsize=(3, 2))
        ax.pcolormesh(np.random.default_rng(0).normal(size=(80, 80)))
        return figure

    svg = pages.show(field, alt=ALT).svg
    assert len(svg) < 100_000
    assert "data:image/webp" in svg


def test_no_figure_stays_open():
    pages.show(curve, alt=ALT)
    assert not plt.get_fignums()
