import resource
from fractions import Fraction

import av
import numpy as np
import pytest

from mffcnn_core.errors import ParameterError, VideoError
from mffcnn_core.files import disk_is_full
from mffcnn_core.video import _write, load_video, write_video


def test_one_frame_is_a_video(tmp_path, moving):
    write_video(tmp_path / "one.mp4", moving[:1])
    assert len(load_video(tmp_path / "one.mp4").frames) == 1


def test_frames_may_come_one_by_one(tmp_path, moving):
    write_video(tmp_path / "a.mp4", moving)
    write_video(tmp_path / "b.mp4", (frame for frame in moving))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_it_is_what_browsers_play(tmp_path, moving):
    write_video(tmp_path / "a.mp4", moving, fps=30000 / 1001)
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")  # plays before it has come in full
    with av.open(str(tmp_path / "a.mp4")) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == Fraction(30000, 1001)


def test_levels_and_motion_are_kept(tmp_path, moving):
    """Grey levels are not squeezed or spread, and what is lost does not move."""
    write_video(tmp_path / "a.mp4", moving)
    found = load_video(tmp_path / "a.mp4").frames.astype(int)
    assert abs((found - moving).mean()) < 1.5
    assert np.abs(found.mean(axis=-1) - moving.mean(axis=-1)).mean() < 2.5
    write_video(tmp_path / "b.mp4", moving, crf=40)
    coarse = load_video(tmp_path / "b.mp4").frames.astype(int)
    assert np.abs(coarse - moving).mean() > np.abs(found - moving).mean()


def test_same_frames_same_bytes(tmp_path, moving):
    for name in ("a.mp4", "b.mp4"):
        write_video(tmp_path / name, moving)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_refuses_what_the_encoder_would_spoil(tmp_path, moving):
    with pytest.raises(ParameterError, match="expected an even height and width, got 95 x 128"):
        write_video(tmp_path / "odd.mp4", moving[:, :95])
    with pytest.raises(ParameterError, match=r"path: .* ends in \.mp4, got 'a.avi'"):
        write_video(tmp_path / "a.avi", moving)
    with pytest.raises(ParameterError, match="fps: expected a positive rate, got 0"):
        write_video(tmp_path / "a.mp4", moving, fps=0)
    with pytest.raises(ParameterError, match="frames: expected at least one frame, got none"):
        write_video(tmp_path / "a.mp4", moving[:0])
    with pytest.raises(ParameterError, match="frames: expected uint8 RGB frames"):
        write_video(tmp_path / "a.mp4", moving.astype(np.float32))
    assert list(tmp_path.iterdir()) == []


def test_frames_of_two_sizes_and_odd_losses_are_refused(tmp_path, moving):
    with pytest.raises(ParameterError, match=r"frames: expected all of shape \(96, 128, 3\), got"):
        write_video(tmp_path / "a.mp4", [moving[0], moving[1][:48]])
    with pytest.raises(ParameterError, match="crf: expected a value from 0 to 51, got 60"):
        write_video(tmp_path / "a.mp4", moving, crf=60)
    assert list(tmp_path.iterdir()) == []


def test_checks_what_was_written_and_keeps_the_old_file(tmp_path, moving, monkeypatch):
    target = tmp_path / "a.mp4"
    write_video(target, moving)
    before = target.read_bytes()
    monkeypatch.setattr(_write, "VideoReader", lambda path: iter(moving[:7]))
    with pytest.raises(VideoError, match="expected 20 frames of 96 x 128 .* got 7 of 96 x 128"):
        write_video(target, moving)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_full_disk_keeps_the_old_file(tmp_path, moving, share):
    target = tmp_path / "a.mp4"
    write_video(target, moving)
    before = target.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(share * len(before)), hard))
    try:
        with pytest.raises((VideoError, OSError)) as caught:
            write_video(target, moving)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert disk_is_full(caught.value) or "Is the disk full" in str(caught.value)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]
