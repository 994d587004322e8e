import cv2
import numpy as np
import pytest

from mffcnn_core.errors import VideoError
from mffcnn_core.video import iter_frames, load_video, probe


@pytest.fixture
def folder(tmp_path, moving):
    for t, frame in enumerate(moving[:12]):
        cv2.imwrite(str(tmp_path / f"face_{t}.png"), frame[..., ::-1])
    return tmp_path


def test_pictures_are_frames_in_the_order_of_their_numbers(folder, moving):
    (folder / ".DS_Store").touch()
    (folder / "notes.txt").touch()
    video = load_video(folder)
    np.testing.assert_array_equal(video.frames, moving[:12])  # 10 after 9, not after 1
    (problem,) = video.problems
    assert "expected a frame rate, got pictures, which have none. 25 frames per second" in problem
    assert probe(folder).seconds == 12 / 25
    np.testing.assert_allclose(video.times, np.arange(13) / 25)


def test_gaps_and_sizes_are_told(folder, moving):
    (folder / "face_4.png").unlink()
    (folder / "face_5.png").unlink()
    cv2.imwrite(str(folder / "face_11.png"), moving[0, :48, :64])
    video = load_video(folder)
    assert video.frames.shape == (10, 96, 128, 3)
    assert any("got none of number 4, 5." in problem for problem in video.problems)
    assert any("got 2 sizes. All are scaled" in problem for problem in video.problems)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "got 0 bytes that are none"), (b"no picture", "got 10 bytes that are none")],
)
def test_a_broken_picture_is_named(folder, content, told):
    (folder / "face_3.png").write_bytes(content)
    with pytest.raises(VideoError, match=rf"face_3.png: expected a picture, {told}"):
        list(iter_frames(folder))


def test_a_cut_picture_is_named(folder):
    path = folder / "face_3.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(VideoError, match=r"face_3.png: expected a picture, got 60 bytes"):
        list(iter_frames(folder))


def test_a_huge_picture_is_refused_by_its_header(folder):
    path = folder / "face_3.png"
    data = bytearray(path.read_bytes())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    path.write_bytes(data)
    with pytest.raises(VideoError, match=r"face_3.png: expected"):
        list(iter_frames(folder))


def test_a_huge_video_is_refused_by_its_header(tmp_path, monkeypatch, moving):
    from mffcnn_core.video import write_video

    write_video(tmp_path / "a.mp4", moving)
    monkeypatch.setattr("mffcnn_core.video._pictures.MAX_PIXELS", 128 * 96 - 1)
    with pytest.raises(
        VideoError, match=r"a.mp4: expected frames of at most 12287 pixels, got 128"
    ):
        probe(tmp_path / "a.mp4")
