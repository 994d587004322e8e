import pickle

import pytest

from mffcnn_core.errors import ManifestError
from mffcnn_core.files import sha256_of_file
from mffcnn_core.manifests import (
    Clip,
    load_manifest,
    open_dataset,
    read_index,
    validate,
    write_index,
)


@pytest.fixture
def copy_of_data(tmp_path):
    """Two clips in a folder with an index, as a data set's copy looks."""
    clips = []
    for name, expression in (("a", "fear"), ("b", "anger")):
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(name.encode())
        clips.append(
            Clip(name, path.name, "s1", expression, sha256_of_file(path), {"take": "standard"})
        )
    write_index(tmp_path / "index.csv", clips)
    return tmp_path


def test_every_committed_manifest_is_valid(root):
    paths = sorted((root / "data_manifests").glob("*.yaml"))
    assert paths
    for path in paths:
        assert load_manifest(path).name == path.stem


def test_index_roundtrip(copy_of_data):
    clips = read_index(copy_of_data / "index.csv")
    assert [c.clip for c in clips] == ["a", "b"]
    assert clips[0].attributes["take"] == "standard"
    assert pickle.loads(pickle.dumps(clips)) == clips


def test_validation_tells_missing_from_altered(root, copy_of_data):
    data = open_dataset(root / "data_manifests/synthetic.yaml", copy_of_data)
    assert validate(data)
    (copy_of_data / "a.mp4").unlink()
    (copy_of_data / "b.mp4").write_bytes(b"other")
    result = validate(data)
    assert not result
    assert (result.missing, result.altered) == (("a",), ("b",))


def test_hash_of_a_data_set_follows_labels_and_not_the_folder(root, copy_of_data, tmp_path_factory):
    manifest = root / "data_manifests/synthetic.yaml"
    data = open_dataset(manifest, copy_of_data)
    other = tmp_path_factory.mktemp("other")
    write_index(other / "index.csv", data.clips)
    assert open_dataset(manifest, other).sha256 == data.sha256
    relabelled = Clip("a", "a.mp4", "s1", "sadness", data.clips[0].sha256, {"take": "standard"})
    write_index(other / "index.csv", [relabelled, data.clips[1]])
    assert open_dataset(manifest, other).sha256 != data.sha256


def test_all_problems_of_an_index_are_told_together(tmp_path):
    index = tmp_path / "index.csv"
    index.write_text(
        "clip,path,subject,expression,sha256\na,../x.mp4,s1,bored,\na,/y.mp4,,fear,12\n"
    )
    with pytest.raises(ManifestError, match=r"got 6 problem\(s\)") as error:
        read_index(index)
    for text in ("line 2: path", "line 2: expression", "line 3: clip", "line 3: subject"):
        assert text in str(error.value)


def test_missing_index_columns_and_clips(root, tmp_path):
    with pytest.raises(ManifestError, match="got no file. Build or render"):
        read_index(tmp_path / "index.csv")
    (tmp_path / "index.csv").write_text("clip,path\n")
    with pytest.raises(ManifestError, match="got none named subject, expression, sha256"):
        read_index(tmp_path / "index.csv")
    write_index(tmp_path / "index.csv", [])
    with pytest.raises(ManifestError, match="expected at least one clip"):
        open_dataset(root / "data_manifests/synthetic.yaml", tmp_path)


def test_all_problems_of_a_manifest_are_told_together(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("name: X!\naccess: lent\nexpressions: {an: bored}\ncolour: red\n")
    with pytest.raises(ManifestError, match="got 9 problem") as error:
        load_manifest(path)
    for field in ("name", "access", "expressions.an", "colour", "licence"):
        assert f"  {field}: " in str(error.value)


def test_manifest_missing_or_not_yaml(tmp_path):
    (tmp_path / "other.yaml").write_text("a: [")
    with pytest.raises(ManifestError, match="Manifests in this folder: other"):
        load_manifest(tmp_path / "x.yaml")
    with pytest.raises(ManifestError, match="syntax error"):
        load_manifest(tmp_path / "other.yaml")
