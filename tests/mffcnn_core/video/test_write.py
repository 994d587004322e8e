import resource

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import ParameterError, VideoError
from mffcnn_core.video import VideoInfo, _write, load_video, write_video


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_one_frame_is_a_video(tmp_path, moving, suffix):
    write_video(tmp_path / f"one{suffix}", moving[:1])
    assert len(load_video(tmp_path / f"one{suffix}").frames) == 1


def test_same_frames_same_bytes(tmp_path, moving):
    for name in ("a.mp4", "b.mp4"):
        write_video(tmp_path / name, moving)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_refuses_what_the_encoder_would_spoil(tmp_path, moving):
    with pytest.raises(ParameterError, match="expected an even height and width, got 95 x 128"):
        write_video(tmp_path / "odd.mp4", moving[:, :95])
    with pytest.raises(ParameterError, match=r"path: .* \.mp4 or \.webm, got 'a.avi'"):
        write_video(tmp_path / "a.avi", moving)
    with pytest.raises(ParameterError, match="fps: expected a positive rate, got 0"):
        write_video(tmp_path / "a.mp4", moving, fps=0)
    with pytest.raises(ParameterError, match="frames: expected at least 1 non-empty"):
        write_video(tmp_path / "a.mp4", moving[:0])
    with pytest.raises(ParameterError, match="frames: expected uint8 RGB frames"):
        write_video(tmp_path / "a.mp4", moving.astype(np.float32))
    assert list(tmp_path.iterdir()) == []


def test_missing_encoder_leaves_nothing_behind(tmp_path, moving, monkeypatch):
    monkeypatch.setattr(cv2, "VideoWriter_fourcc", lambda *_: 0x7F7F7F7F)
    with pytest.raises(VideoError, match="expected an encoder for mp4v, got none that opens"):
        write_video(tmp_path / "a.mp4", moving)
    assert list(tmp_path.iterdir()) == []


def test_checks_what_was_written_and_keeps_the_old_file(tmp_path, moving, monkeypatch):
    target = tmp_path / "a.mp4"
    write_video(target, moving)
    before = target.read_bytes()
    short = VideoInfo(target, n_frames=7, fps=25.0, width=128, height=96)
    monkeypatch.setattr(_write, "probe", lambda path: short)
    with pytest.raises(VideoError, match="expected 20 frames of 96 x 128 .* got 7 of 96 x 128"):
        write_video(target, moving)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_full_disk_is_suspected_and_keeps_the_old_file(tmp_path, moving, suffix, share):
    target = tmp_path / f"a{suffix}"
    write_video(target, moving)
    before = target.read_bytes()
    limit = int(share * len(before))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(VideoError, match="Is the disk full"):
            write_video(target, moving)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]
