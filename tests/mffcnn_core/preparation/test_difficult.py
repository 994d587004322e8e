"""What is done with clips in which the face is not alone, not there, hidden, or gone."""

import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import DetectorError, NoFaceError, ParameterError
from mffcnn_core.files import sha256_of_file
from mffcnn_core.preparation import PreparationSettings, prepare_dataset, prepare_video
from mffcnn_core.video import write_video

CLOSE = PreparationSettings(size=48, detect_every=1)


@pytest.fixture
def film(tmp_path):
    def write(frames):
        write_video(tmp_path / "film.mp4", np.stack(frames))
        return tmp_path / "film.mp4"

    return write


@pytest.fixture
def empty():
    return np.full((120, 160, 3), 90, np.uint8)


def beside(draw_face, small=12.0):
    """A frame with a large face on the left and a small one on the right."""
    frame = draw_face(x=50, y=60, size=30)
    frame[:, 110:] = draw_face(x=135, y=60, size=small)[:, 110:]
    return frame


def test_of_several_faces_the_main_one_is_used_and_the_frames_counted(film, draw_face):
    frames = [beside(draw_face)] * 6 + [draw_face(x=50, y=60, size=30)] * 4
    arrays = prepare_video(film(frames), CLOSE)
    assert arrays.counts.used == 10
    assert 4 <= arrays.counts.several_faces <= 6
    assert abs(arrays.box[0] + arrays.box[2] / 2 - 50) < 10


def test_without_a_face_the_clip_is_refused_with_the_reason(film, empty):
    with pytest.raises(NoFaceError, match="film.mp4: face: expected one in at least 3"):
        prepare_video(film([empty] * 8), CLOSE)


def test_a_hand_over_the_face_is_bridged_and_the_frames_counted(film, draw_face):
    frames = [draw_face(mouth=0.09 + 0.01 * t) for t in range(12)]
    for frame in frames[5:8]:
        frame[40:95, 55:105] = (200, 160, 130)
    counts = prepare_video(film(frames), CLOSE).counts
    assert (counts.used, counts.filled_in, counts.left_out) == (12, 3, 0)
    short = prepare_video(film(frames), CLOSE.replace(max_gap=2)).counts
    assert (short.used, short.filled_in, short.left_out) == (5, 0, 7)


def test_across_a_cut_no_motion_is_estimated(film, draw_face):
    dark = [255 - draw_face(x=80 + t) for t in range(3)]  # another scene
    bright = [draw_face(x=70 + t) for t in range(7)]
    counts = prepare_video(film([*bright, *dark, *bright[:4]]), CLOSE).counts
    assert counts.cuts == 2
    assert (counts.first, counts.used, counts.left_out) == (0, 7, 7)


def test_two_people_in_one_place_are_not_joined_across_a_cut(film, draw_face):
    first = [draw_face(x=70) for _ in range(4)]
    second = [np.roll(draw_face(x=70)[::-1, :, ::-1], 20, axis=0) for _ in range(2)]
    arrays = prepare_video(film([*first, *second, *first[:3]]), CLOSE)
    assert arrays.counts.cuts == 2
    assert (arrays.counts.first, arrays.counts.used) == (0, 4)


def test_a_face_that_leaves_ends_the_stretch(film, draw_face, empty):
    counts = prepare_video(film([draw_face()] * 7 + [empty] * 5), CLOSE).counts
    assert (counts.first, counts.used, counts.left_out) == (0, 7, 5)
    assert counts.face_share == pytest.approx(7 / 12)


def test_the_report_counts_all_of_it(film, draw_face, empty, make_dataset):
    dark = [255 - draw_face(x=80 + t) for t in range(3)]
    path = film([draw_face()] * 7 + dark)
    clip = Clip("film", path.name, "s1", "fear", sha256_of_file(path))
    report = prepare_dataset(make_dataset(path.parent, [clip]), CLOSE, path.parent / "store")
    assert "1 cut (the longest stretch in one shot used) in 1 clip" in report.summary()
    assert report.to_frame()["cuts"].tolist() == [1]


def openface_csv(path, n, x=80.0, y=60.0, size=25.0):
    angles = np.linspace(0, 2 * np.pi, 68)
    face = np.column_stack([x + size * np.cos(angles), y + size * np.sin(angles)])
    face[36:42], face[42:48], face[30] = (x - 9, y - 4), (x + 9, y - 4), (x, y + 5)
    face[48], face[54] = (x - 7, y + 14), (x + 7, y + 14)
    names = [f"{axis}_{i}" for axis in "xy" for i in range(68)]
    lines = [", ".join(["frame", "confidence", "success", *names])]
    cells = ", ".join(f"{value:.2f}" for value in (*face[:, 0], *face[:, 1]))
    lines += [f"{t}, 0.98, 1, {cells}" for t in range(1, n + 1)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines))


def test_output_of_openface_prepares_a_data_set(film, draw_face, make_dataset):
    path = film([draw_face(mouth=0.09 + 0.01 * t) for t in range(8)])
    data = make_dataset(path.parent, [Clip("film", path.name, "s1", "fear")])
    options = {"folder": str(path.parent / "out")}
    settings = CLOSE.replace(detector="openface", detector_options=options, align="landmarks")
    store = path.parent / "store"
    with pytest.raises(DetectorError, match="got neither"):
        prepare_dataset(data, settings, store)
    openface_csv(path.parent / "out" / "film.csv", 8)
    (first,) = prepare_dataset(data, settings, store).rows
    assert first.counts.used == 8
    openface_csv(path.parent / "out" / "film.csv", 8, x=84)  # other output, other arrays
    (second,) = prepare_dataset(data, settings, store).rows
    assert second.file != first.file
    openface_csv(path.parent / "out" / "film.csv", 30)
    (third,) = prepare_dataset(data, settings, store).rows
    assert third.status == "failed"
    assert "It belongs to another video" in third.reason


def test_yunet_aligns_a_real_clip(realdata):
    model = str(realdata / "face_detection_yunet_2023mar.onnx")
    settings = PreparationSettings(
        size=64, detector="yunet", detector_options={"model": model}, align="landmarks"
    )
    arrays = prepare_video(realdata / "single_face.mp4", settings)
    assert arrays.counts.used == 72
    assert abs(arrays.angle) < 10
    assert arrays.faces.shape == (72, 64, 64, 3)


def test_haar_cannot_align():
    with pytest.raises(ParameterError, match="align: expected 'box' with the detector 'haar'"):
        PreparationSettings(detector="haar", align="landmarks")
    with pytest.raises(ParameterError, match="align: expected one of box, landmarks"):
        PreparationSettings(align="eyes")
