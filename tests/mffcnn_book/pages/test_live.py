import numpy as np
import pytest

from mffcnn_book import pages
from mffcnn_book.pages._live import STEPS
from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling import SMOOTHINGS

FRAMES = np.random.default_rng(0).integers(0, 255, (5, 32, 32, 3), dtype=np.uint8)
FLOW = np.random.default_rng(1).normal(size=(4, 32, 32, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def film():
    return pages.show_video(FRAMES, 25, alt="A face that moves a little.")


def test_a_map_grows_beside_its_clip():
    grown = pages.growing_map(FRAMES, FLOW, side=32)
    assert grown.shape == (4, 32, 3 * 32 + 2 * 8, 3)
    assert (grown[2, :, :32] == FRAMES[3]).all()
    # one field has no order: its map is empty, which is white
    assert (grown[0, :, -32:] == 255).all()
    assert (grown[-1, :, -32:] < 255).any()


def test_films_side_by_side_end_with_the_shortest():
    both = pages.side_by_side(FRAMES, pages.flow_film(FLOW), side=32)
    assert both.shape == (4, 32, 2 * 32 + 8, 3)
    assert (both[:, :, :32] == FRAMES[:4]).all()
    assert (both[:, :, 32:40] == 255).all()


def test_flow_of_one_limit_has_colours_that_compare():
    slow, fast = (pages.flow_film(scale * FLOW, limit=9.0) for scale in (0.1, 1))
    assert slow.mean() > fast.mean()  # white is rest
    assert np.array_equal(pages.flow_film(FLOW), pages.flow_film(3 * FLOW))


def test_flow_of_other_frames_is_refused():
    with pytest.raises(ParameterError, match=r"flow: expected one field fewer than the 5 frames"):
        pages.growing_map(FRAMES, FLOW[:3])


def test_without_scripts_it_is_a_film(film):
    body = pages.live_map([film], film)._repr_html_()
    assert '<div class="live-recorded"><figure' in body
    assert '<div class="live-panel" hidden>' in body
    assert body.count('<option value="0">recorded clip 1</option>') == 1


def test_every_smoothing_is_a_step_of_the_slider(film):
    for place, kind in enumerate(STEPS):
        body = pages.live_map([film], film, smoothing=kind)._repr_html_()
        assert f'max="2" step="1" value="{place}" data-kinds="none weighted mean"' in body
    assert sorted(STEPS) == sorted(SMOOTHINGS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"clips": []}, r"clips: expected at least one, got none"),
        ({"window": 1}, r"window: expected 2 to 60 flows, got 1"),
        ({"window": 61}, r"window: expected 2 to 60 flows, got 61"),
        ({"smoothing": "median"}, r"smoothing: expected one of weighted, mean, none, got 'median'"),
    ],
)
def test_what_is_not_on_offer_is_refused(film, settings, message):
    with pytest.raises(ParameterError, match=message):
        pages.live_map(**({"clips": [film], "recorded": film} | settings))
