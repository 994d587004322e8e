import pickle
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import ParameterError, PreparationError
from mffcnn_core.preparation import PreparedArrays, PreparedClip, VideoCounts
from mffcnn_core.preparation._arrays import load_facts, save_prepared


def save(path, arrays, flow_dtype):
    save_prepared(
        path,
        arrays,
        iter(arrays.faces),
        lambda faces: (field for field, _ in zip(arrays.flow, faces, strict=False)),
        size=16,
        flow_dtype=flow_dtype,
    )


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    return PreparedArrays(
        faces=rng.integers(0, 256, (4, 16, 16, 3), dtype=np.uint8),
        flow=rng.uniform(-16, 16, (3, 16, 16, 2)).astype(np.float32),
        box=np.array([-3, 4, 50, 50]),
        fps=29.97,
        counts=VideoCounts(
            frames=9,
            used=4,
            first=2,
            left_out=5,
            filled_in=1,
            face_share=0.4,
            several_faces=2,
            stray=3,
            off_crop=0,
        ),
        problems=("a.mp4: odd",),
    )


@pytest.fixture
def prepared(arrays, tmp_path):
    save(tmp_path / "a.npz", arrays, "float16")
    return PreparedClip(Clip("a", "a.mp4", "s1", "fear"), tmp_path / "a.npz")


def test_load_gives_back_what_was_saved(arrays, prepared):
    loaded = prepared.load()
    np.testing.assert_array_equal(loaded.faces, arrays.faces)
    np.testing.assert_array_equal(loaded.box, arrays.box)
    assert loaded.flow.dtype == np.float32
    assert (loaded.fps, loaded.counts, loaded.problems) == (
        arrays.fps,
        arrays.counts,
        arrays.problems,
    )
    facts = load_facts(prepared.path)
    assert (facts.fps, facts.counts, facts.problems) == (
        arrays.fps,
        arrays.counts,
        arrays.problems,
    )
    np.testing.assert_array_equal(facts.box, arrays.box)


def test_slices_are_read_from_disk(arrays, prepared):
    stored, loaded = prepared.open(), prepared.load()
    assert (len(stored.faces), len(stored.flow)) == (4, 3)
    np.testing.assert_array_equal(stored.faces[1:3], arrays.faces[1:3])
    np.testing.assert_array_equal(stored.flow[:], loaded.flow)
    np.testing.assert_array_equal(np.stack(list(stored.flow)), loaded.flow)
    assert stored.flow[2:2].shape == (0, 16, 16, 2)
    assert stored.flow[:1].dtype == np.float32
    assert stored.counts == arrays.counts
    with pytest.raises(ParameterError, match="rows: expected a slice without a step"):
        stored.faces[::2]
    with pytest.raises(ParameterError, match="rows: expected a slice without a step"):
        stored.faces[0]


@pytest.mark.parametrize("kept", [3, 5])
def test_another_number_of_frames_the_second_time_is_told(arrays, tmp_path, kept):
    faces = np.concatenate([arrays.faces, arrays.faces])[:kept]
    with pytest.raises(PreparationError, match=f"faces: expected 4 rows, got {kept}"):
        save(tmp_path / "a.npz", replace(arrays, faces=faces), "float16")
    assert not list(tmp_path.iterdir())


def test_frames_of_another_size_are_refused(arrays, tmp_path):
    with pytest.raises(PreparationError, match=r"faces: expected rows \(16, 16, 3\), got"):
        save(tmp_path / "a.npz", replace(arrays, faces=arrays.faces[:, :8]), "float16")


def test_a_compressed_file_cannot_be_sliced(prepared):
    with np.load(prepared.path) as file:
        everything = dict(file)
    np.savez_compressed(prepared.path, **everything)
    with pytest.raises(PreparationError, match="faces is compressed"):
        prepared.open()


def test_half_precision_rounds_as_stated(arrays, prepared):
    error = np.abs(prepared.load().flow - arrays.flow)
    assert 0 < error.max() <= 0.004
    assert error[np.abs(arrays.flow) < 2].max() <= 0.0005


def test_single_precision_is_exact(arrays, tmp_path):
    save(tmp_path / "b.npz", arrays, "float32")
    loaded = PreparedClip(Clip("b", "b.mp4", "s1", "fear"), tmp_path / "b.npz").load()
    np.testing.assert_array_equal(loaded.flow, arrays.flow)


def test_same_arrays_same_bytes(arrays, prepared, tmp_path):
    save(tmp_path / "again.npz", arrays, "float16")
    assert (tmp_path / "again.npz").read_bytes() == prepared.path.read_bytes()


def test_handle_travels_to_another_process(prepared):
    copy = pickle.loads(pickle.dumps(prepared))
    assert copy == prepared
    assert len(pickle.dumps(prepared)) < 1000


@pytest.mark.parametrize("read", [PreparedClip.load, PreparedClip.open])
def test_missing_and_damaged_files(prepared, read):
    prepared.path.write_bytes(prepared.path.read_bytes()[:-100])
    with pytest.raises(PreparationError, match="cannot be read .* Delete it and prepare"):
        read(prepared)
    prepared.path.write_bytes(b"")
    with pytest.raises(PreparationError, match="cannot be read"):
        read(prepared)
    prepared.path.unlink()
    with pytest.raises(PreparationError, match=r"a.npz: expected a prepared clip, got no file"):
        read(prepared)


def test_loading_compares_check_sums(arrays, prepared):
    data = bytearray(prepared.path.read_bytes())
    data[prepared.open().faces.offset] ^= 1
    prepared.path.write_bytes(data)
    with pytest.raises(PreparationError, match="cannot be read .*CRC"):
        prepared.load()


def test_a_flipped_bit_anywhere_is_harmless_or_refused(arrays, prepared):
    """In the values a check sum sees it; in the headers of the archive much else may happen."""
    whole, loaded = prepared.path.read_bytes(), prepared.load()
    with zipfile.ZipFile(prepared.path) as archive:
        starts = [member.header_offset for member in archive.infolist()]
        headers = [*(i for start in starts for i in range(start, start + 180))]
        headers += range(archive.start_dir, len(whole))
    refused = 0
    for at in headers:
        data = bytearray(whole)
        data[at] ^= 1 << at % 8
        prepared.path.write_bytes(data)
        try:
            found = prepared.load()
        except PreparationError:
            refused += 1
            continue
        np.testing.assert_array_equal(found.faces, loaded.faces)
        np.testing.assert_array_equal(found.flow, loaded.flow)
        np.testing.assert_array_equal(found.box, loaded.box)
        assert (found.counts, found.fps) == (loaded.counts, loaded.fps)
    assert refused > 100
