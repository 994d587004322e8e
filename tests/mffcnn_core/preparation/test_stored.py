import pickle

import numpy as np
import pytest

from mffcnn_core.errors import PreparationError
from mffcnn_core.preparation._stored import append_array, append_rows, open_array


@pytest.fixture
def values():
    return np.random.default_rng(0).normal(size=(7, 3, 2)).astype(np.float32)


@pytest.fixture
def stored(values, tmp_path):
    path = tmp_path / "a.npz"
    append_array(path, "first", np.arange(3))
    append_rows(path, "values", iter(values), values.shape, "float32")
    return open_array(path, "values")


@pytest.mark.parametrize(
    "rows", [slice(None), slice(2, 5), slice(-2, None), slice(5, 99), slice(4, 4), slice(5, 2)]
)
def test_slices_are_those_of_the_array(stored, values, rows):
    np.testing.assert_array_equal(stored[rows], values[rows])
    assert stored[rows].shape == values[rows].shape


def test_another_type_on_disk_than_in_memory(values, tmp_path):
    append_rows(tmp_path / "b.npz", "values", values, values.shape, "float16")
    half = open_array(tmp_path / "b.npz", "values", "float32")
    assert half[:].dtype == np.float32
    np.testing.assert_array_equal(half[:], values.astype(np.float16))


def test_same_rows_same_bytes_as_numpy_writes(stored, values, tmp_path):
    np.savez(tmp_path / "numpy.npz", first=np.arange(3), values=values)
    assert (tmp_path / "numpy.npz").read_bytes() == stored.path.read_bytes()


def test_a_handle_travels(stored, values):
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(stored))[1:3], values[1:3])


def test_an_array_that_is_not_there_is_told(stored):
    with pytest.raises(PreparationError, match="cannot be read .*no item named 'flow.npy'"):
        open_array(stored.path, "flow")


def test_a_file_cut_off_or_gone_after_it_was_opened(stored):
    with stored.path.open("r+b") as file:
        file.truncate(stored.offset + 4 * 6 * 2)
    assert len(stored[:2]) == 2
    with pytest.raises(PreparationError, match=r"it ends 30 values too early"):
        stored[:]
    stored.path.unlink()
    with pytest.raises(PreparationError, match="expected a prepared clip, got no file"):
        list(stored)
