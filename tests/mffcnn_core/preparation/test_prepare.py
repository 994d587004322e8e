import tracemalloc

import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import NoFaceError, VideoError
from mffcnn_core.preparation import PreparedClip, prepare_file, prepare_video
from mffcnn_core.video import write_video

STAYS = [(20 + t % 2, 30) for t in range(10)]  # and trembles: what stands still is a frozen buffer


class Places:
    """A detector that finds a face at the place of the brightest pixel, if there is one."""

    def detect(self, frame):
        y, x = np.unravel_index(frame[..., 0].argmax(), frame.shape[:2])
        bright = frame[y, x, 0] > 128
        return np.array([[x - 10, y - 10, 20, 20]] if bright else [], float).reshape(-1, 4)


def _film(path, places, size=(64, 96)):
    """Write a dark film with a bright blob at each of the places, or nowhere."""
    y, x = np.mgrid[: size[0], : size[1]]
    frames = np.zeros((len(places), *size, 3), np.uint8)
    for frame, place in zip(frames, places, strict=True):
        if place is not None:
            blob = 255 * np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / 8)
            frame[:] = blob.round().astype(np.uint8)[..., None]
    write_video(path, frames)
    return path


def test_faces_and_flow_of_a_drawn_face(dataset, settings):
    arrays = prepare_video(dataset.root / "moving.mp4", settings)
    assert arrays.faces.shape == (12, 48, 48, 3)
    assert arrays.flow.shape == (11, 48, 48, 2)
    assert arrays.flow.dtype == np.float32
    assert arrays.fps == 25
    np.testing.assert_allclose(arrays.times, np.arange(13) / 25)
    assert arrays.problems == ()
    counts = arrays.counts
    assert (counts.frames, counts.used, counts.first, counts.left_out) == (12, 12, 0, 0)
    assert (counts.filled_in, counts.face_share, counts.several_faces) == (0, 1.0, 0)
    # Two pixels to the right per frame of the video, so many of the crop:
    speed = 2 * 48 / arrays.box[2]
    face = arrays.flow[3:8, 14:34, 14:34]
    np.testing.assert_allclose(np.median(face, axis=(0, 1, 2)), [speed, 0], atol=0.3 * speed)


def test_a_face_in_a_part_is_cut_out_of_time(dataset, settings):
    arrays = prepare_video(dataset.root / "part.mp4", settings)
    counts = arrays.counts
    assert (counts.frames, counts.used, counts.first, counts.left_out) == (17, 6, 7, 11)
    assert counts.face_share == pytest.approx(6 / 17)
    np.testing.assert_allclose(arrays.times, np.arange(7, 14) / 25)
    assert len(arrays.faces) == 6
    assert arrays.faces.min() < 60  # hair in every frame: no empty one slipped in
    assert arrays.faces.min(axis=(1, 2, 3)).max() < 60


def test_missed_frames_are_bridged_and_counted(tmp_path, settings):
    path = _film(tmp_path / "gap.mp4", [(40, 30)] * 5 + [None] * 3 + [(44, 30)] * 5)
    bridged = prepare_video(path, settings.replace(max_gap=3), detector=Places())
    assert (bridged.counts.used, bridged.counts.filled_in) == (13, 3)
    assert bridged.counts.face_share == pytest.approx(10 / 13)
    cut = prepare_video(path, settings.replace(max_gap=2), detector=Places())
    assert (cut.counts.used, cut.counts.filled_in, cut.counts.left_out) == (5, 0, 8)


def test_a_face_that_leaves_the_crop_is_counted(tmp_path, settings):
    path = _film(tmp_path / "away.mp4", [*STAYS, (26, 30), (32, 30), (40, 30), (48, 30)])
    counts = prepare_video(path, settings, detector=Places()).counts
    assert counts.used == 14
    assert 1 <= counts.off_crop <= 3


def test_a_crop_of_the_inner_face_counts_nobody_who_stays(dataset, tmp_path, settings):
    inner = settings.replace(margin=-0.25, below=0.3)
    still = _film(tmp_path / "still.mp4", STAYS)
    assert prepare_video(still, inner, detector=Places()).counts.off_crop == 0
    away = _film(tmp_path / "off.mp4", [*STAYS, (26, 30), (32, 30), (40, 30), (48, 30)])
    assert 3 <= prepare_video(away, inner, detector=Places()).counts.off_crop <= 4


def test_longer_stretches_can_be_asked_for(dataset, settings):
    with pytest.raises(NoFaceError, match=r"part.mp4: face: .* at least 10 neighbouring frames"):
        prepare_video(dataset.root / "part.mp4", settings.replace(min_frames=10))


def test_scattered_frames_are_no_stretch(tmp_path, settings):
    places = ([(40, 30)] + [None] * 3) * 5
    path = _film(tmp_path / "scattered.mp4", places)
    options = settings.replace(detect_every=1, max_gap=2)
    with pytest.raises(
        NoFaceError, match=r"scattered.mp4: .* stretch of at least 3 frames, got 1 of 20"
    ):
        prepare_video(path, options, detector=Places())


def test_one_frame_has_no_flow(dataset, settings):
    with pytest.raises(VideoError, match=r"picture.mp4: expected at least 2 frames, got 1"):
        prepare_video(dataset.root / "picture.mp4", settings)


def test_a_damaged_file_without_a_face_tells_both(dataset, settings, films, tmp_path):
    empty = np.full((40, 64, 64, 3), 90, np.uint8)
    empty[:] += np.random.default_rng(0).integers(0, 40, empty.shape, dtype=np.uint8)
    data = films.write_film(tmp_path / "whole.webm", empty, **films.WEBM).read_bytes()
    (tmp_path / "cut.webm").write_bytes(data[: len(data) // 2])
    with pytest.raises(NoFaceError, match=r"expected one in .* expected 1.60 s by its header"):
        prepare_video(tmp_path / "cut.webm", settings)


def test_a_failure_leaves_no_file(dataset, settings, tmp_path):
    with pytest.raises(NoFaceError, match="empty.mp4: face: expected one"):
        prepare_file(dataset.root / "empty.mp4", tmp_path / "a.json", settings)
    assert list(tmp_path.iterdir()) == []


def _peak(video, file, settings):
    tracemalloc.start()
    try:
        prepare_file(video, file, settings, detector=Places())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_video(tmp_path, settings):
    places = [(40 + 4 * np.sin(t / 3), 30) for t in range(200)]
    short = _film(tmp_path / "short.mp4", places[:20])
    long = _film(tmp_path / "long.mp4", places)
    file = tmp_path / "a.json"
    _peak(short, file, settings)  # what is made once is made
    few, many = _peak(short, file, settings), _peak(long, file, settings)
    assert many < 1.2 * few  # the crops of the long one alone are eight times as much


@pytest.mark.slow
def test_real_clips(realdata):
    whole = prepare_video(realdata / "single_face.mp4")
    assert (whole.counts.used, whole.counts.off_crop, whole.counts.several_faces) == (72, 0, 0)
    assert whole.faces.shape == (72, 128, 128, 3)
    assert np.abs(whole.flow).max() < 10
    with pytest.raises(NoFaceError, match=r"no_face.mp4: face: expected one in at least 3"):
        prepare_video(realdata / "no_face.mp4")


@pytest.mark.parametrize("name", ["moving.mp4", "part.mp4"])
def test_a_file_in_constant_memory_holds_the_same(dataset, settings, tmp_path, name):
    whole = prepare_video(dataset.root / name, settings)
    facts = prepare_file(
        dataset.root / name, tmp_path / "x.json", settings.replace(flow_dtype="float32")
    )
    assert isinstance(whole.faces, np.memmap)
    loaded = PreparedClip(Clip("x", name, "s1", "fear"), tmp_path / "x.json").load()
    np.testing.assert_array_equal(loaded.faces, whole.faces)
    np.testing.assert_array_equal(loaded.flow, whole.flow)
    assert loaded.counts == facts.counts == whole.counts
    assert loaded.problems == facts.problems == whole.problems
    np.testing.assert_array_equal(loaded.box, whole.box)


def test_a_buffer_that_froze_is_cut_out_and_named(tmp_path, settings):
    moving = [(40 + 2 * t, 30) for t in range(12)]
    path = _film(tmp_path / "froze.mp4", moving + [moving[-1]] * 10 + moving[:8])
    arrays = prepare_video(path, settings, detector=Places())
    assert (arrays.counts.used, arrays.counts.first) == (11, 0)
    assert arrays.counts.dead == 11
    told = "froze.mp4: expected moving pictures, got frames 11 to 21"
    assert any(told in text for text in arrays.problems)


def test_a_film_that_stands_still_is_no_clip(tmp_path, settings):
    path = _film(tmp_path / "still.mp4", [(40, 30)] * 20)
    with pytest.raises(NoFaceError, match=r"got 0 of 20.* frames 0 to 19 .* one and the same"):
        prepare_video(path, settings, detector=Places())


def test_a_black_gap_is_never_bridged(tmp_path, settings):
    places = [(40 + 2 * t, 30) for t in range(8)]
    path = _film(tmp_path / "gap.mp4", places + [None] * 9 + places[:7])
    arrays = prepare_video(path, settings.replace(max_gap=15), detector=Places())
    assert (arrays.counts.used, arrays.counts.dead) == (8, 9)


def test_a_common_rate_comes_before_flow(tmp_path, settings):
    places = [(30 + 2 * t, 30) for t in range(16)]
    path = _film(tmp_path / "a.mp4", places)
    filmed = prepare_video(path, settings, detector=Places())
    halved = prepare_video(path, settings.replace(fps=12.5), detector=Places())
    assert (filmed.fps, halved.fps) == (25, 12.5)
    assert len(halved.faces) == 8
    np.testing.assert_allclose(halved.times, filmed.times[::2])
    np.testing.assert_allclose(np.diff(halved.times), 0.08)


@pytest.mark.parametrize(
    ("name", "n", "seconds"),
    [
        ("interl.mpg", 50, 2.0),
        ("00001.MTS", 25, 2.0),
        ("mediarecorder.webm", 50, 1.86),
        ("vfr.mp4", 50, 4.0),
        ("trimmed.mp4", 27, 1.08),
        ("sar.mpg", 50, 2.0),
        ("old.3gp", 50, 2.0),
    ],
)
def test_every_film_of_the_collection_is_prepared(cases, name, n, seconds):
    arrays = prepare_video(cases / "video" / name)
    assert (arrays.counts.used, arrays.counts.dead) == (n, 0)
    assert arrays.times[0] == 0
    assert arrays.times[-1] == pytest.approx(seconds, abs=0.03)
    assert len(arrays.faces) == n
    assert 0.05 < np.abs(arrays.flow).mean() < 2  # it moves


def test_what_no_second_look_confirms_is_doubted(tmp_path, settings):
    path = _film(tmp_path / "blob.mp4", [(30 + 2 * t, 30) for t in range(12)])
    (doubt,) = prepare_video(path, settings, detector=Places()).doubts
    assert doubt == "a second detector sees no face there in 3 frames"


def test_a_short_stretch_is_doubted(tmp_path, settings):
    path = _film(tmp_path / "short.mp4", [(30 + 2 * t, 30) for t in range(4)] + [None] * 20)
    doubts = prepare_video(path, settings, detector=Places()).doubts
    assert "only 4 of 24 frames show it in one stretch" in doubts


def test_a_plain_face_is_not_doubted(realdata):
    arrays = prepare_video(realdata / "single_face.mp4")
    assert arrays.doubts == ()
    assert arrays.counts.size == pytest.approx(0.53, abs=0.05)


def test_flow_of_what_hardly_moves_is_counted_as_noise(tmp_path, settings):
    y, x = np.mgrid[:64, :96]
    rng = np.random.default_rng(0)
    still, moving = np.zeros((2, 12, 64, 96, 3), np.uint8)
    for t in range(12):
        for frames, at in ((still, 40), (moving, 30 + 2 * t)):
            blob = 220 * np.exp(-((x - at) ** 2 + (y - 30) ** 2) / 30)
            noisy = blob + rng.normal(20, 6, blob.shape)
            frames[t] = noisy.clip(0, 255).astype(np.uint8)[..., None]
    counts = {}
    for name, frames in (("still", still), ("moving", moving)):
        write_video(tmp_path / f"{name}.mp4", frames)
        counts[name] = prepare_video(
            tmp_path / f"{name}.mp4", settings, detector=Places()
        ).counts.noise
    assert counts["still"] >= 9
    assert counts["moving"] <= 2
