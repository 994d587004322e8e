"""Films of every kind that cameras, phones, browsers and editors write."""

import re
from fractions import Fraction

import numpy as np
import pytest

from mffcnn_core.errors import VideoError
from mffcnn_core.video import load_video, probe, write_video

FINE = {"crf": "4"}
LOSS = 6  # grey levels; the texture's colours vary from pixel to pixel, which yuv420p halves


@pytest.fixture
def film(films, tmp_path):
    def make(name, frames, **kind):
        kind.setdefault("options", FINE)
        films.write_film(tmp_path / name, frames, **kind)
        return load_video(tmp_path / name)

    return make


@pytest.fixture
def quick(moving):
    """The texture moves by four pixels per frame: its fields do not fit together."""
    return np.stack([np.roll(moving[0], 4 * t, axis=1) for t in range(20)])


def error(found, expected):
    assert found.shape == expected.shape
    return np.abs(found.astype(int) - expected).mean()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ten_bits.mp4", {"pix_fmt": "yuv420p10le"}),
        ("ten_bits.mkv", {"pix_fmt": "yuv422p10le"}),
        ("full_range.mp4", {"full_range": True}),
        ("limited_range.mp4", {"full_range": False}),
        ("studio.mov", {"codec": "prores_ks", "pix_fmt": "yuva444p10le", "options": {}}),
        ("flash.flv", {"codec": "flv", "options": {"b": "8000000"}}),
        ("windows.wmv", {"codec": "wmv2", "options": {"b": "8000000"}}),
        ("camera.m2ts", {}),
        ("old_phone.3gp", {"codec": "mpeg4", "options": {"b": "8000000"}}),
        ("12:30:45.mp4", {}),
        ("with sound.mkv", {"sound": 1.5}),
        ("with sound.mp4", {"sound": 1.5}),
        ("cut sound.mp4", {"sound": 0.4}),
    ],
)
def test_a_sound_film_is_read_without_a_word(film, moving, name, kind):
    video = film(name, moving, **kind)
    assert error(video.frames, moving) < LOSS
    np.testing.assert_allclose(video.times, np.arange(21) / 25, atol=0.0011)
    assert video.problems == ()


def test_alpha_is_left_out(film, moving):
    clear = np.concatenate([moving, np.full((*moving.shape[:3], 1), 255, np.uint8)], axis=-1)
    video = film("alpha.mov", clear, codec="png", pix_fmt="rgba", options={})
    np.testing.assert_array_equal(video.frames, moving)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("grey.avi", {"codec": "ffv1", "options": {}}),
        ("grey.mp4", {"full_range": True}),
    ],
)
def test_grey_has_its_levels(film, moving, name, kind):
    video = film(name, moving[..., 0], pix_fmt="gray", **kind)
    assert error(video.frames, moving[..., :1].repeat(3, axis=-1)) < 2
    assert video.problems == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("camera.mp4", {"options": {**FINE, "x264-params": "bff=1"}}),
        ("dvd.mpg", {"codec": "mpeg2video", "options": {"flags": "+ildct+ilme", "b": "8000000"}}),
        ("divx.avi", {"codec": "mpeg4", "options": {"flags": "+ildct+ilme", "b": "8000000"}}),
    ],
)
def test_interlaced_frames_are_deinterlaced(film, films, quick, name, kind):
    woven = films.woven(quick)
    video = film(name, woven, **kind)
    assert len(video.frames) == 20
    inner = slice(2, -2)  # the first and the last frame lack a neighbour
    grey, right, spoilt = (part[inner].mean(axis=-1) for part in (video.frames, quick, woven))
    assert np.abs(grey - right).mean() < 0.75 * np.abs(spoilt - right).mean()
    assert any("20 of 20 interlaced. They are deinterlaced" in text for text in video.problems)
    np.testing.assert_allclose(video.times, np.arange(21) / 25)


def test_a_film_that_becomes_interlaced_is_deinterlaced_from_there(films, quick, tmp_path):
    first = films.write_film(
        tmp_path / "a.ts", quick, stamps=range(20), clock=25, options=FINE
    ).read_bytes()
    second = films.write_film(
        tmp_path / "b.ts",
        films.woven(quick),
        stamps=range(20, 40),
        clock=25,
        options={**FINE, "x264-params": "bff=1"},
    ).read_bytes()
    (tmp_path / "half.ts").write_bytes(first + second)
    video = load_video(tmp_path / "half.ts")
    assert len(video.frames) == 40
    assert any("20 of 40 interlaced" in text for text in video.problems)
    np.testing.assert_array_equal(video.frames[:20], load_video(tmp_path / "a.ts").frames)
    steps = np.abs(np.diff(video.frames[20:].astype(int), axis=0)).mean(axis=(1, 2, 3))
    assert steps[:-1].min() > 5  # no picture stands still
    assert error(video.frames[22:38], quick[2:18]) < 2 * LOSS


def test_pixels_become_squares(film, moving):
    wide = film("wide.mp4", moving, aspect=Fraction(4, 3))
    assert wide.frames.shape == (20, 96, 171, 3)
    high = film("high.mp4", moving, aspect=Fraction(3, 4))
    assert high.frames.shape == (20, 128, 128, 3)
    back = high.frames[:, ::4][:, :24]  # of four rows, the first lies on the first of three
    assert error(back, moving[:, ::3][:, :24]) < 2 * LOSS


def test_an_impossible_shape_of_pixels_is_reported(film, moving):
    video = film("odd.mp4", moving, aspect=Fraction(40, 1))
    assert video.frames.shape == moving.shape
    assert any("expected a shape of pixels, got 40" in text for text in video.problems)


def shown(frame, matrix):
    """Move every pixel as the display matrix says: the slow way."""
    a, b, c, d = matrix
    rows, columns = np.indices(frame.shape[:2])
    x, y = a * columns + c * rows, b * columns + d * rows
    x, y = x - x.min(), y - y.min()
    out = np.empty((y.max() + 1, x.max() + 1, 3), np.uint8)
    out[y, x] = frame
    return out


@pytest.mark.parametrize(
    "matrix",
    [
        (1, 0, 0, 1),
        (0, 1, -1, 0),
        (-1, 0, 0, -1),
        (0, -1, 1, 0),
        (-1, 0, 0, 1),
        (0, 1, 1, 0),
        (1, 0, 0, -1),
        (0, -1, -1, 0),
    ],
)
def test_turns_and_mirrors_are_undone(films, moving, tmp_path, matrix):
    plain = films.write_film(tmp_path / "plain.mp4", moving[:3])
    data = bytearray(plain.read_bytes())
    at = data.index(b"tkhd") + 44
    a, b, c, d = (value << 16 for value in matrix)
    data[at : at + 36] = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], ">i4").tobytes()
    (tmp_path / "turned.mp4").write_bytes(data)
    upright = load_video(plain).frames
    expected = np.stack([shown(frame, matrix) for frame in upright])
    np.testing.assert_array_equal(load_video(tmp_path / "turned.mp4").frames, expected)
    info = probe(tmp_path / "turned.mp4")
    assert (info.height, info.width) == expected.shape[1:3]


def test_a_slanted_film_is_reported(film, moving):
    video = film("slanted.mp4", moving, turn={"degrees": 5})
    assert video.frames.shape == moving.shape
    assert any("expected quarter turns" in text for text in video.problems)


VARYING = [*range(0, 400, 40), *range(400, 1600, 120)]


@pytest.mark.parametrize("name", ["vfr.mp4", "vfr.mkv"])
def test_a_variable_rate_is_read_as_it_is_and_noted(film, moving, name):
    video = film(name, moving, stamps=VARYING, clock=1000)
    np.testing.assert_allclose(video.times, np.array([*VARYING, 1600]) / 1000, atol=0.0011)
    assert any("steps of 0.040 to 0.120 s" in text for text in video.problems)


def test_a_common_rate_takes_the_nearest_frames(films, moving, tmp_path):
    path = films.write_film(tmp_path / "vfr.mp4", moving, stamps=VARYING, clock=1000, options=FINE)
    all_frames = load_video(path).frames
    video = load_video(path, fps=12.5)
    np.testing.assert_allclose(np.diff(video.times), 0.08)
    assert (video.times[0], len(video.frames)) == (0, 20)
    stamps = np.array(VARYING) / 1000
    nearest = [int(np.abs(stamps - t).argmin()) for t in video.times[:-1] + 1e-6]
    np.testing.assert_array_equal(video.frames, all_frames[nearest])
    assert any("frames are repeats" in text for text in video.problems)
    same = load_video(films.write_film(tmp_path / "even.mp4", moving, options=FINE), fps=25)
    assert len(same.frames) == 20
    assert same.problems == ()
    half = load_video(tmp_path / "even.mp4", fps=12.5)
    np.testing.assert_array_equal(half.frames, same.frames[::2])


def test_a_rate_that_would_need_too_many_frames_is_refused(films, moving, tmp_path):
    path = films.write_film(tmp_path / "gap.mkv", moving[:3], stamps=[0, 40, 10**8], clock=1000)
    with pytest.raises(VideoError, match=r"gap.mkv: expected at most 1000000 frames at 25 frames"):
        load_video(path, fps=25)


def test_an_edit_list_hides_frames(film, moving):
    options = {"avoid_negative_ts": "disabled", "use_editlist": "1"}
    video = film("trimmed.mp4", moving, stamps=range(-8, 12), clock=25, container=options)
    assert error(video.frames, moving[8:]) < LOSS
    np.testing.assert_allclose(video.times, np.arange(13) / 25)
    assert video.problems == ()


@pytest.mark.parametrize("name", ["cover.mp4", "cover.mkv"])
def test_a_cover_picture_is_not_the_film(film, moving, name):
    video = film(name, moving, cover=moving[0, ::2, ::2].copy())
    assert error(video.frames, moving) < LOSS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lossless.avi", {"codec": "ffv1", "pix_fmt": "bgr0", "options": {}}),
        ("call.mp4", {"options": {"crf": "18"}}),
        ("call.webm", {"codec": "libvpx", "options": {"b:v": "2M", "deadline": "realtime"}}),
    ],
)
def test_a_buffer_that_froze_is_named(film, moving, name, kind):
    frames = np.concatenate([moving, moving[-1:].repeat(25, axis=0), moving])
    (text,) = film(name, frames, **kind).problems
    assert text.endswith("are one and the same. They are not used.")
    runs = [(int(a), int(b)) for a, b in re.findall(r"frames (\d+) to (\d+) ", text)]
    assert all(19 <= first <= last <= 44 for first, last in runs)
    dead = sum(last - first + 1 for first, last in runs)
    assert dead >= (26 if name == "lossless.avi" else 11)  # encoders go on to touch it up


@pytest.mark.parametrize("crf", [12, 23])
def test_a_noisy_picture_that_stands_is_named(moving, tmp_path, crf):
    noise = np.random.default_rng(1).normal(0, 5, (15, *moving.shape[1:]))
    live = (moving[:15] + noise).clip(0, 255).astype(np.uint8)
    frames = np.concatenate([live, live[-1:].repeat(25, axis=0)])
    write_video(tmp_path / "call.mp4", frames, crf=crf)
    (text,) = load_video(tmp_path / "call.mp4").problems
    (run,) = re.findall(r"frames (\d+) to (\d+) ", text)
    assert 14 <= int(run[0]) <= 20
    assert run[1] == "39"


@pytest.mark.parametrize("level", [0, 90])
def test_a_buffer_that_went_empty_is_named(film, moving, level):
    frames = np.concatenate([moving, np.full((25, 96, 128, 3), level, np.uint8), moving])
    (text,) = film("black.mp4", frames).problems
    assert "frames 20 to 44 (0.80 to 1.80 s), which are of one colour" in text


def test_repeats_of_a_conversion_are_no_frozen_buffer(film, moving):
    assert film("five.mp4", moving.repeat(5, axis=0)).problems == ()


def test_slow_motion_is_no_frozen_buffer(film, moving):
    slow = np.stack(
        [
            np.roll(moving[0], t // 8, axis=1) // 8 * (8 - t % 8)
            + np.roll(moving[0], t // 8 + 1, axis=1) // 8 * (t % 8)
            for t in range(40)
        ]
    ).astype(np.uint8)
    assert film("slow.mp4", slow).problems == ()
