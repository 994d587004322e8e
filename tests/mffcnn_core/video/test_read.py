import os
import shutil
import struct

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import ParameterError, VideoError
from mffcnn_core.video import (
    VideoReader,
    _decode,
    _read,
    iter_frames,
    load_video,
    probe,
    write_video,
)


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
    assert (info.fps, info.width, info.height) == (30, 128, 96)
    assert info.seconds == pytest.approx(2 / 3, abs=0.001)
    assert info.rotation == 0
    assert info.oddities == ()


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

    def test_mp4_cut_in_the_middle(self, tmp_path, read, moving, films):
        """Its table of frames stands at the end, so nothing is left to read."""
        films.write_film(tmp_path / "whole.mp4", moving)
        data = (tmp_path / "whole.mp4").read_bytes()
        (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
        with pytest.raises(VideoError, match=r"cut.mp4: .* is truncated, damaged, no video"):
            read(tmp_path / "cut.mp4")

    def test_header_without_frames(self, tmp_path, read, moving, films):
        whole = films.write_film(tmp_path / "whole.webm", moving, **films.WEBM).read_bytes()
        (tmp_path / "head.webm").write_bytes(whole[: whole.index(b"\x1f\x43\xb6\x75")])
        with pytest.raises(VideoError, match=r"head.webm: expected (at least one frame|a video)"):
            read(tmp_path / "head.webm")

    def test_pipe(self, tmp_path, read):
        os.mkfifo(tmp_path / "pipe.mp4")  # reading it would wait for ever
        with pytest.raises(VideoError, match=r"pipe.mp4: expected a video file, got no file"):
            read(tmp_path / "pipe.mp4")

    @pytest.mark.parametrize(
        "text",
        ["ffconcat version 1.0\n" + "file base.mp4\n" * 2, "#EXTM3U\n#EXTINF:2,\nbase.mp4\n"],
    )
    def test_list_of_other_files(self, tmp_path, read, moving, text):
        write_video(tmp_path / "base.mp4", moving)
        (tmp_path / "list.mp4").write_text(text)
        with pytest.raises(VideoError, match=r"list.mp4: .* no video or a list of others"):
            read(tmp_path / "list.mp4")

    def test_sound_with_a_cover_picture(self, tmp_path, read, moving, films):
        films.write_sound(tmp_path / "song.mp4", cover=moving[0])
        with pytest.raises(VideoError, match=r"song.mp4: expected a stream of .* only a cover"):
            read(tmp_path / "song.mp4")


def test_no_frame_at_all_is_an_error(video_file, monkeypatch):
    monkeypatch.setattr(_decode.Decoding, "_decode", lambda *_: [])
    with pytest.raises(VideoError, match="expected at least one frame, got none"):
        load_video(video_file)


def test_a_cut_film_tells_how_much_is_left(tmp_path, moving, films):
    whole = films.write_film(tmp_path / "whole.webm", moving, **films.WEBM).read_bytes()
    (tmp_path / "cut.webm").write_bytes(whole[: len(whole) // 2])
    video = load_video(tmp_path / "cut.webm")
    assert 0 < len(video.frames) < 20
    problem = next(text for text in video.problems if "by its header" in text)
    assert problem.startswith("cut.webm: expected 0.80 s by its header, got 0.")
    assert "truncated" in problem


def test_a_cut_mp4_with_its_index_in_front_is_read_as_far_as_it_goes(tmp_path, moving):
    write_video(tmp_path / "whole.mp4", moving)
    data = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) * 9 // 10])
    video = load_video(tmp_path / "cut.mp4")
    assert 0 < len(video.frames) < 20
    assert any("expected 0.80 s by its header" in text for text in video.problems)


def _motion_jpeg(path, frames):
    """Write pictures one after the other: a film without any header."""
    path.write_bytes(b"".join(cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames))


def test_a_header_without_length_or_rate_is_reported(tmp_path, moving):
    _motion_jpeg(tmp_path / "bare.mjpeg", moving)
    video = load_video(tmp_path / "bare.mjpeg")
    assert len(video.frames) == 20
    assert any("expected a length in the header, got none. 20 frames" in p for p in video.problems)
    assert any("expected a frame rate in the header, got none" in p for p in video.problems)
    assert not probe(tmp_path / "bare.mjpeg").fps_known


def test_changing_frame_size_is_scaled_to_the_first(tmp_path, moving):
    _motion_jpeg(tmp_path / "sizes.mjpeg", [moving[0], moving[1], moving[2][:64, :64]])
    assert load_video(tmp_path / "sizes.mjpeg").frames.shape == (3, 96, 128, 3)


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
        ("face_noface.mov", 169, 1),  # two films one after the other, at two rates
        ("no_face.mp4", 95, 0),  # an edit list hides three more
    ],
)
def test_real_clips(realdata, name, n, problems):
    video = load_video(realdata / name)
    assert len(video.frames) == n
    assert len(video.problems) == problems


def test_what_is_too_much_work_is_refused(video_file, monkeypatch):
    monkeypatch.setattr(_read, "MAX_FRAMES", 10)
    with pytest.raises(VideoError, match=r"moving.* expected at most 10 frames .* Cut the film"):
        load_video(video_file)
    monkeypatch.undo()
    monkeypatch.setattr(_read, "MAX_WORK", 128 * 96 * 10)
    with pytest.raises(VideoError, match="pixels in all, got more"):
        load_video(video_file)


def test_an_impossible_rate_is_refused(video_file):
    for fps in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ParameterError, match="fps: expected a positive rate"):
            VideoReader(video_file, fps=fps)


def test_a_reader_can_be_read_again(video_file):
    reader = VideoReader(video_file)
    first = [frame.copy() for frame in reader]
    times = reader.times.copy()
    np.testing.assert_array_equal(np.stack(list(reader)), np.stack(first))
    np.testing.assert_array_equal(reader.times, times)
    assert len(times) == 21


def test_damage_inside_is_counted(tmp_path, moving):
    write_video(tmp_path / "whole.mp4", moving)
    data = bytearray((tmp_path / "whole.mp4").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    (tmp_path / "damaged.mp4").write_bytes(data)
    assert any(
        "expected a sound file, got" in p for p in load_video(tmp_path / "damaged.mp4").problems
    )
