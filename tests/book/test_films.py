"""The clips of the corpus and of the pages play in a browser."""

import base64

import numpy as np
import pytest

from mffcnn_core.video import write_video

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PLAYED = """async (data) => {
    const film = document.createElement("video");
    film.muted = true;
    film.src = data;
    document.body.append(film);
    await new Promise((done, fail) => {
        film.onseeked = done;
        film.onerror = () => fail(new Error(film.error.message));
        film.onloadeddata = () => { film.currentTime = 0.5; };
    });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [film.videoWidth, film.videoHeight];
    const ink = canvas.getContext("2d");
    ink.drawImage(film, 0, 0);
    return [canvas.width, canvas.height, film.duration, ...ink.getImageData(20, 20, 1, 1).data];
}"""


def test_what_the_library_writes_plays(browser, tmp_path):
    frames = np.zeros((25, 48, 64, 3), np.uint8)
    frames[:, :, :, 0] = np.arange(25)[:, None, None] * 10  # the red grows
    write_video(tmp_path / "film.mp4", frames)
    data = base64.b64encode((tmp_path / "film.mp4").read_bytes()).decode()
    page = browser.new_page()
    width, height, seconds, red, green, blue, _ = page.evaluate(
        PLAYED, f"data:video/mp4;base64,{data}"
    )
    page.close()
    assert (width, height) == (64, 48)
    assert seconds == pytest.approx(1.0, abs=0.01)
    assert red == pytest.approx(120, abs=16)
    assert max(green, blue) < 20
