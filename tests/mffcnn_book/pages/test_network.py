import copy
from collections import Counter

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from mffcnn_book import pages
from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import (
    SMALL_SE_RESNET,
    FusionSettings,
    SEResNet,
    SEResNetSettings,
    TwoStreamFusionNet,
)

mpl.use("Agg")

TINY = SMALL_SE_RESNET.replace(widths=(2, 3, 4, 5))


def describe(settings=TINY, **fusion):
    stream = SEResNet(settings)
    return TwoStreamFusionNet(stream, stream, FusionSettings(**fusion)).describe()


@pytest.fixture
def draw():
    """Draw a network and return its axes, and how many of each kind of part it holds."""

    def drawn(description):
        figure = pages.plot_fusion(description)
        (ax,) = figure.axes
        return ax, Counter(name.split()[0] for name in parts(ax))

    yield drawn
    plt.close("all")


def parts(ax):
    return [patch.get_gid() for patch in ax.patches if patch.get_gid()]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def wire(ax, name):
    """Return both ends of a wire in inches."""
    (found,) = [patch for patch in ax.patches if patch.get_gid() == name]
    return found._path_original.vertices[[0, -1]].tolist()


@pytest.mark.parametrize("units", [(2, 2, 2, 2), (3, 4, 6, 3), (1, 2, 1, 2)])
def test_every_unit_of_both_streams_is_drawn_with_its_skip_path(draw, units):
    settings = TINY.replace(units=units)
    ax, count = draw(describe(settings, fuse_stages=(3, 5)))
    assert count["unit"] == count["skip"] == 2 * sum(units)
    assert count["stage"] == 4
    assert count["projection"] == 2 * 3  # the first units of the stages 3, 4 and 5
    for name in ("unit spatial 2_1", "unit temporal 5_2"):
        assert parts(ax).count(name) == 1
    assert texts(ax).count("C_3_1  stride 2") == 2
    assert "4 maps\nside S/16" in texts(ax)


def test_a_bottleneck_network_projects_the_skip_path_of_stage_2_too(draw):
    ax, count = draw(describe(SEResNetSettings(units=(1, 2, 2, 2), widths=(2, 3, 4, 5))))
    assert count["projection"] == 2 * 4
    assert "20 maps\nside S/32" in texts(ax)


@pytest.mark.parametrize("stages", [(), (5,), (4, 5), (2, 3, 4, 5)])
@pytest.mark.parametrize("direction", ["T->S", "S->T", "both"])
def test_there_is_one_labelled_wire_per_product(draw, stages, direction):
    ax, count = draw(describe(fuse_stages=stages, direction=direction))
    each = 2 if direction == "both" else 1
    assert count["product"] == len(stages) * each
    for stage in (2, 3, 4, 5):
        names = texts(ax).count(f"C_{stage}_1_R+C_{stage}_1")
        assert names == (each if stage in stages else 0)
    crosses = [name for name in parts(ax) if name == "node times"]
    assert len(crosses) == len(stages) * each + 1  # and the legend's


def test_a_wire_runs_from_the_sender_to_the_receiver(draw):
    for direction, sign in (("T->S", -1), ("S->T", 1)):
        ax, _ = draw(describe(fuse_stages=(4,), direction=direction))
        sender, receiver = ("temporal", "spatial") if sign < 0 else ("spatial", "temporal")
        start, end = wire(ax, f"product C_4_1_R+C_4_1 {sender} -> {receiver}")
        assert sign * (end[0] - start[0]) > 3


@pytest.mark.parametrize(
    ("gate", "sender_relu", "factor"),
    [("official", True, "C_4_1_R"), ("literal", False, "C_4_1"), ("relu_relu", True, "C_4_1_R")],
)
def test_the_gate_shows_in_where_the_wire_begins(draw, gate, sender_relu, factor):
    ax, _ = draw(describe(fuse_stages=(4,), gate=gate))
    start, _ = wire(ax, "product C_4_1_R+C_4_1 temporal -> spatial")
    relus = [p.center for p in ax.patches if p.get_gid() == "node relu"]
    unit = next(p for p in ax.patches if p.get_gid() == "unit temporal 4_1").get_y()
    relu = min(y for x, y in relus if x == start[0] and y > unit)
    assert (start[1] > relu) == sender_relu
    assert texts(ax).count(factor) == 1  # the unit's own name has its stride behind it


def test_the_skip_path_leaves_above_the_product(draw):
    for gate in ("official", "literal", "relu_relu"):
        ax, _ = draw(describe(fuse_stages=(4,), gate=gate))
        (_, fork), (_, end) = wire(ax, "skip spatial 4_2")
        _, (_, product) = wire(ax, "product C_4_1_R+C_4_1 temporal -> spatial")
        box = next(p for p in ax.patches if p.get_gid() == "unit spatial 4_2").get_y()
        assert fork < product < box < end


def test_kernels_over_time_are_named(draw):
    ax, _ = draw(describe(frames=2, temporal_kernel=3))
    assert texts(ax).count("C_2_2  time 3") == 2


def test_no_text_leaves_the_page_or_runs_into_another(draw):
    ax, _ = draw(describe(fuse_stages=(2, 3, 4, 5), direction="both", gate="literal"))
    canvas = ax.figure.canvas
    canvas.draw()
    page = ax.get_window_extent()
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in ax.texts]
    for i, box in enumerate(boxes):
        assert page.containsx(box.x0)
        assert page.containsx(box.x1)
        assert page.containsy(box.y0)
        assert page.containsy(box.y1)
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_what_is_no_description_is_refused():
    whole = describe(fuse_stages=(4,))
    with pytest.raises(ParameterError, match="got dict without 'streams'"):
        pages.plot_fusion({"fusions": []})
    with pytest.raises(ParameterError, match="got TwoStreamFusionNet without"):
        stream = SEResNet(TINY)
        pages.plot_fusion(TwoStreamFusionNet(stream, stream))
    uneven = copy.deepcopy(whole)
    uneven["streams"]["temporal"].pop()
    with pytest.raises(ParameterError, match="the same one or more units, got 8 and 7"):
        pages.plot_fusion(uneven)


@pytest.mark.parametrize(
    "change", [{"into": 3}, {"stage": 6}, {"receiver": "temporal"}, {"sender": "audio"}]
)
def test_products_of_what_is_not_there_are_refused(change):
    description = describe(fuse_stages=(4,))
    description["fusions"][0] |= change
    with pytest.raises(ParameterError, match="into the next unit of the other, got"):
        pages.plot_fusion(description)
