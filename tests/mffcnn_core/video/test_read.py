import shutil
import struct

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import VideoError
from mffcnn_core.video import VideoInfo, iter_frames, load_video, probe, write_video


def test_frames_come_back_in_rgb(video_file, moving):
    video = load_video(video_file)
    assert video.frames.shape == moving.shape
    assert video.frames.dtype == np.uint8
    assert video.fps == 30
    assert video.problems == ()
    difference = np.abs(video.frames.astype(int) - moving)
    assert difference.mean() < 8
    assert np.abs(video.frames[..., ::-1].astype(int) - moving).mean() > 16  # BGR would differ


def test_colours_keep_their_channel(tmp_path):
    red = np.zeros((3, 32, 32, 3), np.uint8)
    red[..., 0] = 200
    write_video(tmp_path / "red.mp4", red)
    r, g, b = load_video(tmp_path / "red.mp4").frames.mean(axis=(0, 1, 2))
    assert r > 180
    assert max(g, b) < 20


def test_iter_frames_gives_the_same_frames(video_file):
    np.testing.assert_array_equal(
        np.stack(list(iter_frames(video_file))), load_video(video_file).frames
    )


def test_probe(video_file):
    info = probe(video_file)
    assert (info.n_frames, info.fps, info.width, info.height) == (20, 30, 128, 96)
    assert info.rotation == 0
    assert info.problems(20) == ()


@pytest.mark.parametrize("read", [probe, load_video, lambda path: list(iter_frames(path))])
class TestUnusable:
    def test_missing(self, tmp_path, read):
        with pytest.raises(VideoError, match="absent.mp4: expected a video file, got no file"):
            read(tmp_path / "absent.mp4")

    def test_folder(self, tmp_path, read):
        with pytest.raises(VideoError, match="a folder with pictures .* got a folder without"):
            read(tmp_path)

    def test_empty(self, tmp_path, read):
        (tmp_path / "empty.mp4").touch()
        with pytest.raises(VideoError, match=r"empty.mp4: expected a video file, got an empty one"):
            read(tmp_path / "empty.mp4")

    def test_text(self, tmp_path, read):
        (tmp_path / "text.mp4").write_text("not a film\n" * 100)
        with pytest.raises(VideoError, match=r"text.mp4: .* got 1100 bytes that it cannot"):
            read(tmp_path / "text.mp4")

    def test_mp4_cut_in_the_middle(self, tmp_path, read, moving):
        """Its table of frames stands at the end, so nothing is left to read."""
        write_video(tmp_path / "whole.mp4", moving)
        data = (tmp_path / "whole.mp4").read_bytes()
        (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
        with pytest.raises(VideoError, match=r"cut.mp4: .* truncated, damaged or no video"):
            read(tmp_path / "cut.mp4")

    def test_header_without_frames(self, tmp_path, read, moving):
        write_video(tmp_path / "whole.webm", moving)
        data = (tmp_path / "whole.webm").read_bytes()
        (tmp_path / "head.webm").write_bytes(data[: data.index(b"\x1f\x43\xb6\x75")])
        with pytest.raises(VideoError, match=r"head.webm: expected (at least one frame|a video)"):
            read(tmp_path / "head.webm")


def test_no_frame_at_all_is_an_error(video_file, monkeypatch):
    monkeypatch.setattr(cv2, "VideoCapture", _Silent)
    with pytest.raises(VideoError, match="expected at least one frame, got none"):
        load_video(video_file)


class _Silent:
    """What OpenCV gives for a file that it opens and cannot decode."""

    def __init__(self, *args):
        pass

    def isOpened(self):  # noqa: N802
        return True

    def set(self, *args):
        return True

    def get(self, *args):
        return 0.0

    def read(self):
        return False, None

    def release(self):
        pass


def test_cut_webm_tells_how_many_frames_are_left(tmp_path, moving):
    write_video(tmp_path / "whole.webm", moving)
    data = (tmp_path / "whole.webm").read_bytes()
    (tmp_path / "cut.webm").write_bytes(data[: len(data) // 2])
    video = load_video(tmp_path / "cut.webm")
    assert 0 < len(video.frames) < 20
    (problem,) = video.problems
    assert problem.startswith(
        f"cut.webm: expected 20 frames by its header, got {len(video.frames)} decoded. "
    )
    assert "truncated" in problem


def _motion_jpeg(path, frames):
    """Write pictures one after the other: a film without any header."""
    path.write_bytes(b"".join(cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames))


def test_header_without_a_frame_count_is_told(tmp_path, moving):
    _motion_jpeg(tmp_path / "bare.mjpeg", moving)
    video = load_video(tmp_path / "bare.mjpeg")
    assert len(video.frames) == 20
    assert any("expected a frame count in the header, got none" in p for p in video.problems)


def test_changing_frame_size_is_scaled_to_the_first(tmp_path, moving):
    _motion_jpeg(tmp_path / "sizes.mjpeg", [moving[0], moving[1], moving[2][:64, :64]])
    assert load_video(tmp_path / "sizes.mjpeg").frames.shape == (3, 96, 128, 3)


def test_problems_in_words(tmp_path):
    info = VideoInfo(tmp_path / "a.avi", n_frames=10, fps=25.0, width=4, height=4, fps_known=False)
    more, rate = info.problems(12)
    assert more == ("a.avi: expected 10 frames by its header, got 12 decoded. The header is wrong.")
    assert rate.startswith("a.avi: expected a frame rate in the header, got none. 25 frames")


def _turn(source, target, degrees):
    """Write rotation metadata as a phone does: the display matrix of the track header."""
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 1 << 16
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    data = bytearray(source.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = matrix
    target.write_bytes(data)


@pytest.mark.parametrize(("degrees", "quarter_turns"), [(90, -1), (180, 2), (270, 1)])
def test_rotation_metadata_are_undone(tmp_path, moving, degrees, quarter_turns):
    write_video(tmp_path / "upright.mp4", moving)
    _turn(tmp_path / "upright.mp4", tmp_path / "turned.mp4", degrees)
    video = load_video(tmp_path / "turned.mp4")
    upright = load_video(tmp_path / "upright.mp4").frames
    np.testing.assert_array_equal(video.frames, np.rot90(upright, quarter_turns, axes=(1, 2)))
    info = probe(tmp_path / "turned.mp4")
    assert info.rotation == degrees
    assert (info.height, info.width) == video.frames.shape[1:3]


def test_names_with_a_percent_sign_are_no_pattern(video_file, tmp_path):
    target = tmp_path / f"take%02d é{video_file.suffix}"
    shutil.copy(video_file, target)
    assert len(load_video(target).frames) == 20


@pytest.mark.parametrize(
    ("name", "n", "problems"),
    [
        ("single_face.mp4", 72, 0),
        ("face_noface.mov", 169, 0),
        ("no_face.mp4", 95, 1),  # its header promises 98
    ],
)
def test_real_clips(realdata, name, n, problems):
    video = load_video(realdata / name)
    assert len(video.frames) == n
    assert len(video.problems) == problems
