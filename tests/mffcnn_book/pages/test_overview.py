import re
from xml.etree import ElementTree

import pytest

from mffcnn_book import pages
from mffcnn_core.errors import ParameterError
from mffcnn_core.pipelines import FusionRecogniser

ALT = "The way from a video to scores."


def svg(recogniser, links=None):
    temporal = recogniser.images()["temporal"].to_dict()
    body = pages.show_overview(recogniser.describe(), temporal, links or {}, alt=ALT).body
    return ElementTree.fromstring(body)


def words(drawing):
    return [text.text for text in drawing.iter("text")]


def test_it_says_what_the_recogniser_does():
    drawn = words(svg(FusionRecogniser(size=48, ordered_flow={"window": 20}, dbn={})))
    assert {"48 × 48 px", "windows of 20 flows", "deep belief network", "T→S at C_4, C_5"} <= {
        *drawn
    }


def test_another_recogniser_is_another_drawing():
    plain = FusionRecogniser(temporal_images="flow", flow_run=8, fusion={"fuse_stages": ()})
    drawn = words(svg(plain))
    assert "means of 8 flows" in drawn
    assert "deep belief network" not in drawn
    assert not any(word == "×" or " at C_" in word for word in drawn)


def test_every_box_is_wide_enough_and_inside():
    drawing = svg(FusionRecogniser(dbn={}))
    width, height = map(float, drawing.get("viewBox").split()[2:])
    for rect in drawing.iter("rect"):
        x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height


def test_parts_lead_to_their_chapters():
    drawing = svg(FusionRecogniser(dbn={}), {"flow": "03.html", "products": "09.html"})
    assert [a.get("href") for a in drawing.iter("a")] == ["09.html", "03.html"]


def test_a_link_of_no_part_is_refused():
    with pytest.raises(ParameterError, match=re.escape("links: expected parts of video, faces")):
        svg(FusionRecogniser(), {"nose": "x"})
