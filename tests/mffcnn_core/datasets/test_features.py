"""Tables of measurements that an index names; how one is built is tested in the book."""

import pytest

from mffcnn_core.datasets import Clip, load_manifest, open_dataset, read_features, write_index
from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.files import sha256_of_file


@pytest.fixture
def manifest(root):
    return load_manifest(root / "data_manifests" / "ravdess_aus.yaml")


@pytest.fixture
def copy_of_table(tmp_path, manifest):
    """A table of two rows in a folder with an index that lists them the other way round."""
    columns = manifest.layout.features.columns
    table = tmp_path / manifest.layout.features.file
    table.write_text(
        f"name,{','.join(columns)}\na{',1' * len(columns)}\nb{',2.5' * len(columns)}\n"
    )
    checksum = sha256_of_file(table)
    clips = [Clip(name, table.name, "s1", "anger", checksum) for name in ("b", "a")]
    write_index(tmp_path / manifest.index, clips)
    return tmp_path


def test_numbers_are_read_in_the_order_of_the_index(manifest, copy_of_table):
    features = read_features(open_dataset(manifest, copy_of_table))
    columns = manifest.layout.features.columns
    assert features.names == columns
    assert [clip.clip for clip in features.clips] == ["b", "a"]
    assert features.values.tolist() == [[2.5] * len(columns), [1.0] * len(columns)]


def test_a_table_that_is_another_one_or_gone_is_refused(manifest, copy_of_table):
    data = open_dataset(manifest, copy_of_table)
    table = copy_of_table / manifest.layout.features.file
    table.write_text(table.read_text().replace("2.5", "2.6"))
    with pytest.raises(ManifestError, match="when its index was built, got another one"):
        read_features(data)
    table.unlink()
    with pytest.raises(ManifestError, match="when its index was built, got none"):
        read_features(data)


def test_clips_of_videos_are_not_measured(root, tmp_path):
    write_index(tmp_path / "index.csv", [Clip("a", "a.mp4", "s1", "anger")])
    own = load_manifest(root / "data_manifests" / "own.yaml")
    with pytest.raises(ParameterError, match="own: expected a data set of the kind 'features'"):
        read_features(open_dataset(own, tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: features", "kind: videos", "expected a table of features with kind: features"),
        ('["1", "4"', '["2", "4"', "expected everybody in one group, got '2' in several"),
        ("    clip: name\n", "", "layout.features.clip: Field required"),
    ],
)
def test_a_faulty_manifest_is_refused(root, tmp_path, old, new, message):
    text = (root / "data_manifests" / "ravdess_aus.yaml").read_text()
    assert text.count(old) == 1
    path = tmp_path / "bad.yaml"
    path.write_text(text.replace(old, new))
    with pytest.raises(ManifestError, match=message):
        load_manifest(path)
