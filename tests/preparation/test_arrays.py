import pickle

import numpy as np
import pytest

from mffcnn_core.errors import PreparationError
from mffcnn_core.manifests import Clip
from mffcnn_core.preparation import PreparedArrays, PreparedClip, VideoCounts
from mffcnn_core.preparation._arrays import load_facts, save_arrays


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
    save_arrays(tmp_path / "a.npz", arrays, "float16")
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
    assert load_facts(prepared.path) == (arrays.counts, arrays.problems)


def test_half_precision_rounds_as_stated(arrays, prepared):
    error = np.abs(prepared.load().flow - arrays.flow)
    assert 0 < error.max() <= 0.004
    assert error[np.abs(arrays.flow) < 2].max() <= 0.0005


def test_single_precision_is_exact(arrays, tmp_path):
    save_arrays(tmp_path / "b.npz", arrays, "float32")
    loaded = PreparedClip(Clip("b", "b.mp4", "s1", "fear"), tmp_path / "b.npz").load()
    np.testing.assert_array_equal(loaded.flow, arrays.flow)


def test_same_arrays_same_bytes(arrays, prepared, tmp_path):
    save_arrays(tmp_path / "again.npz", arrays, "float16")
    assert (tmp_path / "again.npz").read_bytes() == prepared.path.read_bytes()


def test_handle_travels_to_another_process(prepared):
    copy = pickle.loads(pickle.dumps(prepared))
    assert copy == prepared
    assert len(pickle.dumps(prepared)) < 1000


def test_missing_and_damaged_files(prepared):
    prepared.path.write_bytes(prepared.path.read_bytes()[:-100])
    with pytest.raises(PreparationError, match="cannot be read .* Delete it and prepare"):
        prepared.load()
    prepared.path.write_bytes(b"")
    with pytest.raises(PreparationError, match="cannot be read"):
        prepared.load()
    prepared.path.unlink()
    with pytest.raises(PreparationError, match=r"a.npz: expected a prepared clip, got no file"):
        prepared.load()
