"""Inputs rebuilt from public reports, which other readers fail on."""

import numpy as np
import pytest

from mffcnn_core.video import load_video, probe


@pytest.fixture(scope="session")
def base(cases):
    return load_video(cases / "video" / "base.mp4")


def test_the_plain_one(base):
    assert base.frames.shape == (50, 240, 360, 3)
    np.testing.assert_allclose(base.times, np.arange(51) / 25)
    assert base.problems == ()


@pytest.mark.parametrize("name", ["interl.mpg", "divx_interlaced.avi", "h264_interlaced.mp4"])
def test_interlaced_films_are_seen(cases, base, name):
    video = load_video(cases / "video" / name)
    assert video.frames.shape == base.frames.shape
    assert np.abs(video.frames.astype(int) - base.frames).mean() < 5
    np.testing.assert_allclose(video.times, base.times)
    (text,) = video.problems
    assert "50 of 50 interlaced" in text


def test_a_camcorder_in_a_transport_stream(cases, base):
    """It puts two frames of the film into the fields of one."""
    video = load_video(cases / "video" / "00001.MTS")
    assert video.frames.shape == (25, 240, 360, 3)
    assert np.abs(video.frames.astype(int) - base.frames[::2]).mean() < 5
    np.testing.assert_allclose(video.times, np.arange(26) / 12.5)


def test_what_a_browser_recorded_has_its_time_stamps(cases, base):
    video = load_video(cases / "video" / "mediarecorder.webm")
    assert video.frames.shape == base.frames.shape
    assert video.times[-2:] == pytest.approx([1.839, 1.86], abs=0.03)
    assert video.fps == pytest.approx(26.7, abs=0.2)
    told = " ".join(video.problems)
    for what in ("a length in the header", "a frame rate in the header", "a constant frame rate"):
        assert f"expected {what}" in told


def test_a_variable_rate(cases):
    video = load_video(cases / "video" / "vfr.mp4")
    assert video.times[[0, 29, 50]] == pytest.approx([0, 1.48, 4.0])
    (text,) = video.problems
    assert "steps of 0.040 to 0.120 s" in text


def test_a_trimmed_film_is_sound(cases, base):
    video = load_video(cases / "video" / "trimmed.mp4")
    assert len(video.frames) == 27
    assert video.problems == ()
    alike = [np.abs(base.frames[t].astype(int) - video.frames[0]).mean() for t in range(50)]
    assert int(np.argmin(alike)) in (22, 23)


@pytest.mark.parametrize(("name", "size"), [("sar.mpg", (320, 240)), ("old.3gp", (432, 288))])
def test_pixels_become_squares(cases, base, name, size):
    info = probe(cases / "video" / name)
    assert (info.width, info.height) == size
    video = load_video(cases / "video" / name)
    assert len(video.frames) == 50
    assert not any("truncated" in text for text in video.problems)
