import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mffcnn_book import pages, plots
from mffcnn_core.errors import ParameterError

mpl.use("Agg")

ALT = "A straight line that rises from left to right."


def line():
    figure, ax = plt.subplots(figsize=(2, 1))
    ax.plot([0, 1])
    return figure


def test_a_picture_has_its_alt_text_and_caption():
    html = pages.show(line, alt=ALT, caption="a < b")._repr_html_()
    assert html.count(f'role="img" aria-label="{ALT}"') == 1
    assert "</div><figcaption>a &lt; b</figcaption>" in html
    assert "--inches: 2" in html
    assert not plt.get_fignums()  # no figure stays open


def test_a_picture_without_alt_text_is_refused():
    with pytest.raises(ParameterError, match="alt: expected a sentence"):
        pages.show(line, alt="plot")


def test_a_table_has_its_caption_and_no_inline_style():
    table = pages.show_table(pd.DataFrame({"a": [1]}), caption="One & only")
    assert "<caption><span>One &amp; only</span></caption>" in table._repr_html_()
    assert "style=" not in table._repr_html_()
    assert "One & only" in repr(table)


def test_arrows_in_tables_are_one_character():
    frame = pd.DataFrame({"T->S": ["S->T", 1]})
    html = pages.show_table(frame, caption="T->S or not")._repr_html_()
    assert "&gt;" not in html
    assert "<caption><span>T→S or not</span></caption>" in html
    assert "<th>T→S</th>" in html
    assert "<td>S→T</td>" in html


def test_a_film_carries_its_video_and_poster():
    frames = np.random.default_rng(0).integers(0, 255, (6, 48, 64, 3), dtype=np.uint8)
    html = pages.show_video(frames, 25, alt=ALT)._repr_html_()
    for part in ("video/mp4", "poster=", f'aria-label="{ALT}"', 'preload="none"'):
        assert part in html


def test_flow_colours_tell_directions_apart_and_white_is_rest():
    right, down = np.zeros((1, 1, 2), np.float32), np.zeros((1, 1, 2), np.float32)
    right[..., 0], down[..., 1] = 1, 1
    colours = {tuple(plots.flow_to_rgb(f, limit=1)[0, 0]) for f in (right, -right, down, -down)}
    assert len(colours) == 4
    half = plots.flow_to_rgb(right / 2, limit=1)[0, 0]
    assert half.min() > plots.flow_to_rgb(right, limit=1)[0, 0].min()  # slower is paler


def test_flow_of_a_whole_clip_is_refused():
    with pytest.raises(ParameterError, match="expected one field"):
        plots.flow_to_rgb(np.zeros((3, 4, 5, 2), np.float32))
    with pytest.raises(ParameterError, match="limit: expected a speed > 0"):
        plots.flow_to_rgb(np.zeros((4, 5, 2), np.float32), limit=0)


def test_confusion_matrix_prints_what_it_is_told_to():
    with plots.style():
        ax = plots.plot_confusion_matrix(
            np.array([[75.5, 24.5], [0, 100]]), labels=["a", "b"],
            cells=[["75.5", "24.5"], ["", "100"]],
        )  # fmt: skip
        assert [text.get_text() for text in ax.texts] == ["75.5", "24.5", "", "100"]
        plt.close(ax.figure)


def test_confusion_matrix_prints_shares_and_counts():
    with plots.style("dark"):
        ax = plots.plot_confusion_matrix(np.array([[3, 1], [0, 0]]), labels=["a", "b"])
    texts = [t.get_text() for t in ax.texts]
    assert texts == ["75 %\n3", "25 %\n1", "0 %\n0", "0 %\n0"]
    plt.close("all")
    with pytest.raises(ParameterError, match=r"expected shape \(6, 6\)"):
        plots.plot_confusion_matrix(np.zeros((2, 2)))


def test_confusion_matrix_can_be_read_on_every_ground():
    share = np.array([[100 - k, k, 0] for k in (0, 30, 60)])
    ax = plots.plot_confusion_matrix(share, labels=["a", "b", "c"], ax=plt.figure().gca())
    ground = ax.collections[0].get_facecolors()

    def luminance(colour):
        c = np.asarray(colour)[:3]
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    for text, cell in zip(ax.texts, ground, strict=True):
        dark, light = sorted([luminance(mpl.colors.to_rgb(text.get_color())), luminance(cell)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_titles_of_a_contact_sheet_are_on_it():
    frames = [np.zeros((40, 60, 3), np.uint8)] * 3
    with plots.style("light"):
        figure = plots.plot_contact_sheet(frames, columns=3, titles=["glad", "angry", "sad"])
        figure.draw_without_rendering()
        top = figure.bbox.height
        assert all(ax.title.get_window_extent().y1 <= top for ax in figure.axes)


def test_contact_sheet_counts_its_titles():
    frames = [np.zeros((4, 6, 3), np.uint8)] * 3
    figure = plots.plot_contact_sheet(frames, columns=2, titles=["a", "b"], row_titles=["1", "2"])
    assert sum(ax.get_visible() for ax in figure.axes) == 3
    plt.close("all")
    with pytest.raises(ParameterError, match="titles: expected 0 or 2 or 3 entries, got 1"):
        plots.plot_contact_sheet(frames, columns=2, titles=["a"])
    with pytest.raises(ParameterError, match="expected at least one frame"):
        plots.plot_contact_sheet([], columns=2)


def test_style_and_action_units_check_their_input():
    with (
        pytest.raises(ParameterError, match="mode: expected one of light, dark"),
        plots.style("sepia"),
    ):
        pass
    with pytest.raises(ParameterError, match=r"expected shape \(n, 2\)"):
        plots.plot_action_units(np.zeros((5, 3)), ["AU1", "AU2"], fps=25)


def test_all_axes_plots_draw():
    flow = np.ones((16, 16, 2), np.float32)
    image = np.zeros((16, 16, 3), np.uint8)

    def everything():
        figure, axes = plt.subplots(2, 3)
        plots.plot_flow_image(flow, ax=axes[0, 0])
        plots.plot_flow_wheel(limit=2.0, ax=axes[0, 1])
        plots.plot_flow_arrows(image, flow, ax=axes[0, 2])
        plots.plot_frame(image, box=(1, 1, 5, 5), ax=axes[1, 0])
        plots.plot_action_units(np.zeros((5, 2)), ["a", "b"], fps=25, apex=2, ax=axes[1, 1])
        plots.plot_recall({"x": np.full(6, 0.5)}, chance=1 / 6, ax=axes[1, 2])
        return figure

    assert len(pages.show(everything, alt="Six small panels, one for each plot.").svg) > 1000
