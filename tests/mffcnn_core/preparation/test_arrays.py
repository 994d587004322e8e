import pickle
from dataclasses import replace

import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import PreparationError
from mffcnn_core.preparation import PreparedArrays, PreparedClip, VideoCounts
from mffcnn_core.preparation._files import ARRAYS, array_path, save_arrays, save_facts


def save(path, arrays, flow_dtype):
    def flow_of(faces):
        for t, _ in enumerate(faces):
            if t:
                yield arrays.flow[min(t, len(arrays.flow)) - 1]

    n = arrays.counts.used
    told = save_arrays(path, n, iter(arrays.faces), flow_of, size=16, flow_dtype=flow_dtype)
    save_facts(path, arrays, told)


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    return PreparedArrays(
        faces=rng.integers(0, 256, (4, 16, 16, 3), dtype=np.uint8),
        flow=rng.uniform(-16, 16, (3, 16, 16, 2)).astype(np.float32),
        box=np.array([-3, 4, 50, 50]),
        times=np.array([0.08, 0.12, 0.16, 0.2, 0.24]),
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
    save(tmp_path / "a.json", arrays, "float16")
    return PreparedClip(Clip("a", "a.mp4", "s1", "fear"), tmp_path / "a.json")


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
    np.testing.assert_array_equal(loaded.times, arrays.times)
    assert loaded.fps == 25


def test_opened_arrays_stay_on_disk(arrays, prepared):
    stored, loaded = prepared.open(), prepared.load()
    for array in (stored.faces, stored.flow):
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable
    np.testing.assert_array_equal(stored.faces[1:3], arrays.faces[1:3])
    np.testing.assert_array_equal(stored.flow.astype(np.float32), loaded.flow)
    assert stored.counts == arrays.counts


@pytest.mark.parametrize("kept", [3, 5])
def test_another_number_of_frames_the_second_time_is_told(arrays, tmp_path, kept):
    faces = np.concatenate([arrays.faces, arrays.faces])[:kept]
    with pytest.raises(PreparationError, match=f"faces: expected 4 rows, got {kept}"):
        save(tmp_path / "a.json", replace(arrays, faces=faces), "float16")
    assert not list(tmp_path.iterdir())


def test_frames_of_another_size_are_refused(arrays, tmp_path):
    with pytest.raises(PreparationError, match=r"faces: expected rows of shape \(16, 16, 3\), got"):
        save(tmp_path / "a.json", replace(arrays, faces=arrays.faces[:, :8]), "float16")


def test_half_precision_rounds_as_stated(arrays, prepared):
    error = np.abs(prepared.load().flow - arrays.flow)
    assert 0 < error.max() <= 0.004
    assert error[np.abs(arrays.flow) < 2].max() <= 0.0005


def test_single_precision_is_exact(arrays, tmp_path):
    save(tmp_path / "b.json", arrays, "float32")
    loaded = PreparedClip(Clip("b", "b.mp4", "s1", "fear"), tmp_path / "b.json").load()
    np.testing.assert_array_equal(loaded.flow, arrays.flow)


def files(path):
    return [file.read_bytes() for file in (path, *(array_path(path, name) for name in ARRAYS))]


def test_same_arrays_same_bytes(arrays, prepared, tmp_path):
    save(tmp_path / "again.json", arrays, "float16")
    assert files(tmp_path / "again.json") == files(prepared.path)


def test_handle_travels_to_another_process(prepared):
    copy = pickle.loads(pickle.dumps(prepared))
    assert copy == prepared
    assert len(pickle.dumps(prepared)) < 1000


@pytest.mark.parametrize("read", [PreparedClip.load, PreparedClip.open])
def test_missing_and_damaged_files(prepared, read):
    whole = prepared.path.read_bytes()
    for damaged in (whole[:-100], b"", b"[]", b"{}", b"null", whole.replace(b'"used"', b'"usde"')):
        prepared.path.write_bytes(damaged)
        with pytest.raises(PreparationError, match="got a file that is damaged .* Prepare"):
            read(prepared)
    prepared.path.unlink()
    with pytest.raises(PreparationError, match="a.json: expected the facts of .*, got no file"):
        read(prepared)


@pytest.mark.parametrize("name", ["faces", "flow"])
def test_every_bit_of_an_array_is_checked(arrays, prepared, name):
    file = array_path(prepared.path, name)
    whole = file.read_bytes()
    for at in (*range(128), 128, len(whole) // 2, len(whole) - 1):
        for bit in range(8):
            data = bytearray(whole)
            data[at] ^= 1 << bit
            file.write_bytes(data)
            with pytest.raises(PreparationError, match=f"a.{name}.npy: expected an array as it"):
                prepared.load()


@pytest.mark.parametrize("name", ["faces", "flow"])
def test_every_bit_of_a_header_is_checked_before_mapping(arrays, prepared, name):
    file = array_path(prepared.path, name)
    whole = file.read_bytes()
    assert np.load(file).shape == getattr(arrays, name).shape  # an ordinary .npy file
    for at in range(128):
        for bit in range(8):
            data = bytearray(whole)
            data[at] ^= 1 << bit
            file.write_bytes(data)
            with pytest.raises(PreparationError, match="its header or its length differs"):
                prepared.open()


def test_every_bit_of_the_facts_is_checked(prepared):
    whole, told = prepared.path.read_bytes(), prepared.load()
    refused = 0
    for at in range(len(whole)):
        data = bytearray(whole)
        data[at] ^= 1 << at % 7
        prepared.path.write_bytes(data)
        try:
            found = prepared.open()
        except PreparationError:
            refused += 1
            continue
        assert (found.counts, found.problems) == (told.counts, told.problems)  # white space
        np.testing.assert_array_equal(found.times, told.times)
    assert refused > 0.8 * len(whole)
