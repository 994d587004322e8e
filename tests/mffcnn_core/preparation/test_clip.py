import numpy as np
import pytest

from mffcnn_core.errors import PreparationError
from mffcnn_core.preparation import PreparedClip, prepare_dataset


@pytest.fixture(scope="module")
def prepared(dataset, settings, tmp_path_factory):
    return prepare_dataset(dataset, settings, tmp_path_factory.mktemp("store")).prepared[0]


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("member", ["faces", "flow"])
def test_a_flipped_bit_is_told_and_the_file_made_again(prepared, member):
    whole, arrays = prepared.path.read_bytes(), prepared.load()
    flip(prepared.path, getattr(prepared.open(), member).offset + 1000)
    with pytest.warns(UserWarning, match=f"{prepared.path.name}: .*CRC.*made again, of .*moving"):
        again = prepared.load()
    assert prepared.path.read_bytes() == whole
    np.testing.assert_array_equal(again.faces, arrays.faces)
    np.testing.assert_array_equal(again.flow, arrays.flow)


@pytest.mark.parametrize("read", [PreparedClip.load, PreparedClip.open])
@pytest.mark.parametrize("damage", ["cut off", "gone"])
def test_a_file_that_is_not_there_in_full_is_made_again(prepared, read, damage):
    whole = prepared.path.read_bytes()
    if damage == "gone":
        prepared.path.unlink()
    else:
        prepared.path.write_bytes(whole[:-100])
    with pytest.warns(UserWarning, match="missing or damaged file"):
        read(prepared)
    assert prepared.path.read_bytes() == whole


def test_without_a_video_there_is_only_the_error(prepared, tmp_path):
    with pytest.raises(PreparationError, match="a.npz: expected a prepared clip, got no file"):
        PreparedClip(prepared.clip, tmp_path / "a.npz").load()
