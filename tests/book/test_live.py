"""The live map in a real browser, fed by a clip of the corpus as its camera."""

import base64
import re
import shutil

import cv2
import numpy as np
import pytest

from mffcnn_book import pages
from mffcnn_core.flow import estimate_flow
from mffcnn_core.pooling import approximate_coefficients, ordered_flow_maps, rank_pool
from mffcnn_corpus import CorpusSettings, plan_corpus, render_clip

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SIDE = 96
ALIKE = 0.999  # the least correlation with the library
RATE = 15  # pictures a second, at least
SCRIPTS = ("flow.js", "ordered_map.js", "live.js")


@pytest.fixture(scope="module")
def clip():
    """Return a clip of the corpus, cut to a square."""
    settings = CorpusSettings(subjects=1, takes=1, frames=32, width=240, height=160)
    spec = next(spec for spec in plan_corpus(settings) if spec.expression == "surprise")
    return np.ascontiguousarray(render_clip(spec, settings)[:, :, 40:200])


@pytest.fixture(scope="module")
def camera(clip, tmp_path_factory):
    """Return a file that Chromium plays as a camera, at 30 frames/s."""
    path = tmp_path_factory.mktemp("camera") / "clip.y4m"
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{clip.shape[2]} H{clip.shape[1]} F30:1 Ip C420jpeg\n".encode())
        for frame in clip:
            file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@pytest.fixture(scope="module")
def address(clip, root, tmp_path_factory):
    """Return a page with the figure and its scripts, on disk."""
    folder = tmp_path_factory.mktemp("live")
    film = pages.show_video(clip, 25, alt="A rendered face that raises its brows.")
    flow = estimate_flow(clip)
    recorded = pages.show_video(pages.growing_map(clip, flow), 25, alt="A face, its flow, its map.")
    figure = pages.live_map([film], recorded)
    tags = "".join(f'<script src="{name}"></script>' for name in SCRIPTS)
    head = '<meta charset="utf-8"><title>Live</title><link rel="stylesheet" href="custom.css">'
    body = f'<main class="bd-content">{figure._repr_html_()}</main>'
    page = folder / "live.html"
    page.write_text(
        f'<!doctype html><html lang="en"><head>{head}</head><body>{body}{tags}</body></html>',
        encoding="utf-8",
    )
    for name in (*SCRIPTS, "custom.css"):
        shutil.copy(root / "book" / "_static" / name, folder)
    return page.as_uri()


@pytest.fixture(scope="module")
def chromium(camera, headless_chromium):
    flags = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    )
    with headless_chromium(*flags) as browser:
        yield browser


@pytest.fixture
def page(chromium, address):
    context = chromium.new_context()
    page = context.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.requests = requests
    page.goto(address)
    yield page
    context.close()


def start(page, source, flows=30):
    page.get_by_label("Pictures from").select_option(source)
    page.get_by_role("button", name="Start").click()
    page.wait_for_function(
        f"() => document.querySelector('[data-live]').live.flows.length > {flows}"
    )


def read(page, what, kind, shape):
    """Return numbers of the page's state; ``what`` is an expression over ``live``."""
    text = page.evaluate(
        """what => {
            const live = document.querySelector("[data-live]").live;
            const parts = [eval(what)].flat();
            let text = "";
            for (const part of parts) {
                for (const byte of new Uint8Array(part.buffer)) text += String.fromCharCode(byte);
            }
            return btoa(text);
        }""",
        what,
    )
    return np.frombuffer(base64.b64decode(text), kind).reshape(-1, *shape)


def correlation(one, other):
    return float(np.corrcoef(np.ravel(one), np.ravel(other))[0, 1])


def test_flow_and_map_of_a_camera_are_the_librarys(page, clip):
    start(page, "camera")
    page.get_by_role("button", name="Stop").click()
    frames = read(page, "live.frames", np.uint8, (SIDE, SIDE, 4))[..., :3]
    flow = read(page, "live.flows", np.float32, (SIDE, SIDE, 2))
    (pooled,) = read(page, "live.map()", np.float32, (SIDE, SIDE, 2))
    small = [cv2.resize(one, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for one in clip]
    nearest = max(correlation(frames[-1], one) for one in small)
    assert nearest > 0.98, "the page should see the corpus clip"
    own = estimate_flow(np.ascontiguousarray(frames), method="farneback")
    # of two equal pictures both are rounding errors, and the corners are ill-conditioned
    each = [correlation(a, b) for a, b in zip(flow, own, strict=True) if b.std() > 0.01]
    assert len(each) > 10
    expected = rank_pool(own[-28:], solver="approximate", smoothing="weighted")
    print(f"flow: correlation {min(each):.6f} or more; map: {correlation(pooled, expected):.6f}")
    assert min(each) > ALIKE
    assert correlation(pooled, expected) > ALIKE


def test_it_keeps_up_with_a_camera(page):
    start(page, "camera")
    page.wait_for_function(f"() => document.querySelector('[data-live]').live.rate >= {RATE}")
    told = page.locator(".live-count").inner_text()
    assert re.fullmatch(r"\d+ of 28 flows, \d+ pictures a second", told)


def test_the_picture_for_the_network_and_every_smoothing_are_the_librarys(page, clip):
    flow = estimate_flow(np.stack([cv2.resize(one, (SIDE, SIDE)) for one in clip[:13]]))
    for smoothing in ("none", "mean", "weighted"):
        found = page.evaluate(f"[...orderedMap.coefficients(12, '{smoothing}')]")
        assert np.allclose(found, approximate_coefficients(12, smoothing))
    found = page.evaluate(
        "flows => [...orderedMap.picture(orderedMap.pool(flows, 'mean'))]",
        [field.ravel().tolist() for field in flow],
    )
    expected = ordered_flow_maps(flow, window=12, solver="approximate", smoothing="mean")[0]
    shown = np.reshape(found, (SIDE, SIDE, 4))[..., :3]
    assert np.abs(shown - expected).max() <= 1  # of 255; the page rounds


def test_smoothing_is_a_slider_of_named_steps(page):
    start(page, "camera")
    page.get_by_role("button", name="Stop").click()
    flow = read(page, "live.flows", np.float32, (SIDE, SIDE, 2))[-28:]
    slider = page.get_by_label("Smoothing")
    assert slider.get_attribute("aria-valuetext") == "weighted"
    slider.focus()
    for key, kind in (("Home", "none"), ("ArrowRight", "weighted"), ("ArrowRight", "mean")):
        page.keyboard.press(key)
        assert slider.get_attribute("aria-valuetext") == kind
        assert page.locator(".live-kind").inner_text() == kind
        (pooled,) = read(page, "live.map()", np.float32, (SIDE, SIDE, 2))
        expected = rank_pool(flow, solver="approximate", smoothing=kind)
        assert correlation(pooled, expected) > ALIKE


def test_backwards_the_map_is_that_of_the_reversed_pictures(page):
    page.get_by_label("Smoothing").fill("0")
    start(page, "camera")
    page.get_by_role("button", name="Stop").click()
    frames = read(page, "live.frames", np.uint8, (SIDE, SIDE, 4))[-29:, ..., :3]
    page.get_by_role("button", name="Play backwards").click()
    page.get_by_text("Played backwards: 28 flows").wait_for()
    one, other = (
        rank_pool(estimate_flow(np.ascontiguousarray(order)), solver="approximate",
                  smoothing="none").ravel()
        for order in (frames, frames[::-1])
    )  # fmt: skip
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    found = page.evaluate("() => document.querySelector('[data-live]').live.cosine")
    assert found == pytest.approx(cosine, abs=0.01)
    assert page.locator(".live-compare").is_visible()


def test_a_recorded_clip_is_played_without_a_camera(page):
    start(page, "0", flows=20)
    assert page.locator("canvas.live-seen").evaluate(
        "c => new Set(c.getContext('2d').getImageData(0, 0, 96, 96).data).size > 20"
    )


def test_a_file_of_the_readers_own_is_played(page, clip, tmp_path):
    from mffcnn_core.video import write_video

    write_video(tmp_path / "mine.mp4", clip)
    page.get_by_label("Pictures from").select_option("file")
    page.get_by_role("button", name="Start").click()
    assert page.get_by_role("status").inner_text() == "Choose a video file first."
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "mine.mp4")
    start(page, "file", flows=20)


def test_a_file_that_is_no_video_is_reported(page, tmp_path):
    (tmp_path / "notes.mp4").write_text("no video")
    page.get_by_label("Pictures from").select_option("file")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "notes.mp4")
    page.get_by_role("button", name="Start").click()
    page.get_by_text("This video cannot be read").wait_for()


def test_nothing_leaves_the_browser(page, address):
    start(page, "camera", flows=5)
    page.get_by_role("button", name="Stop").click()
    folder = address.rsplit("/", 1)[0]
    assert [url for url in page.requests if not url.startswith((folder, "data:", "blob:"))] == []
    assert "stay in this browser" in page.content()
    stored = page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]")
    assert stored == [0, 0, ""]


def test_the_camera_is_let_go(page):
    start(page, "camera", flows=5)
    alive = "() => document.querySelector('.live-video').srcObject.getTracks()[0].readyState"
    assert page.evaluate(alive) == "live"
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate(alive) == "ended"


def test_everything_works_with_the_keyboard_and_is_said(page):
    page.get_by_label("Pictures from").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Start
    page.get_by_text("Running.").wait_for()
    assert page.get_by_role("status").inner_text().startswith("Running.")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert page.get_by_label("Window w").get_attribute("aria-valuetext") == "27 flows"
    for picture in page.get_by_role("img").all():
        assert len(picture.get_attribute("aria-label").split()) > 3


def test_no_serious_barrier(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    start(page, "0", flows=5)
    found = axe.run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_without_scripts_a_recorded_clip_is_shown(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator(".live-recorded video").is_visible()
    assert page.locator(".live-panel").is_hidden()
    context.close()


def test_no_expression_is_named(page):
    from mffcnn_core.expressions import EXPRESSIONS

    text = page.locator("[data-live]").inner_text().lower()
    assert [name for name in EXPRESSIONS if name in text] == []
