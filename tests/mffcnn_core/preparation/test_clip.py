import numpy as np
import pytest

from mffcnn_core.errors import PreparationError
from mffcnn_core.preparation import PreparedClip, prepare_dataset
from mffcnn_core.preparation._files import array_path


@pytest.fixture(scope="module")
def prepared(dataset, settings, tmp_path_factory):
    return prepare_dataset(dataset, settings, tmp_path_factory.mktemp("store")).prepared[0]


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def files(prepared):
    paths = [prepared.path, *(array_path(prepared.path, name) for name in ("faces", "flow"))]
    return {path: path.read_bytes() for path in paths}


@pytest.mark.parametrize("member", ["faces", "flow"])
def test_a_flipped_bit_is_reported_and_the_clip_made_again(prepared, member):
    whole, arrays = files(prepared), prepared.load()
    file = array_path(prepared.path, member)
    flip(file, -1000)
    with pytest.warns(UserWarning, match=f"{file.name}: .*checksum differs.*again, from .*moving"):
        again = prepared.load()
    assert files(prepared) == whole
    np.testing.assert_array_equal(again.faces, arrays.faces)
    np.testing.assert_array_equal(again.flow, arrays.flow)


@pytest.mark.parametrize("read", [PreparedClip.load, PreparedClip.open])
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("damage", ["cut off", "gone"])
def test_a_clip_that_is_not_there_in_full_is_made_again(prepared, read, which, damage):
    whole = files(prepared)
    file, content = list(whole.items())[which]
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(content[:-100])
    with pytest.warns(UserWarning, match=f"{file.name}: expected .* It is made again"):
        read(prepared)
    assert files(prepared) == whole


def test_without_a_video_there_is_only_the_error(prepared, tmp_path):
    with pytest.raises(PreparationError, match="a.json: expected the facts of .*, got no file"):
        PreparedClip(prepared.clip, tmp_path / "a.json").load()
