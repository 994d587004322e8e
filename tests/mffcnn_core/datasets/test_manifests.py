import pickle

import pytest

from mffcnn_core.datasets import (
    Clip,
    load_manifest,
    open_dataset,
    read_build,
    read_index,
    validate,
    write_build,
    write_index,
)
from mffcnn_core.errors import ManifestError
from mffcnn_core.files import sha256_of_file


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


LENT = """\
name: lent
title: Lent
description: For tests.
citation: None.
licence: None.
access: agreement
terms: Ask.
how_to_get: Ask.
expressions: {a: anger}
layout: {example: a/b.mp4, patterns: ["(?P<code>a)/(?P<subject>.)[.]mp4"]}
"""


def lent(tmp_path, text):
    path = tmp_path / "lent.yaml"
    path.write_text(text)
    return load_manifest(path)


def test_the_rules_between_fields_are_told_together_with_the_others(tmp_path):
    text = LENT.replace("terms: Ask.\n", "").replace("(?P<subject>.)", ".")
    text += "other: {a: again}\nindex: ../x.csv\n"
    text += "downloads: {files: [{file: /x, url: ftp://x, size: 0}], table: t.csv}\n"
    with pytest.raises(ManifestError) as error:
        lent(tmp_path, text)
    for field in ("terms", "layout.label_file", "other", "index", "downloads.base_url"):
        assert f"  {field}: " in str(error.value), field
    for field in ("file", "url", "size"):
        assert f"  downloads.files.0.{field}: " in str(error.value), field


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("(?P<code>a)", "(?P<code>a"), "expected a regular expression, got a syntax error"),
        (("patterns:", "keep: {light: [x]}, patterns:"), "names of groups in the patterns"),
        (("patterns:", "take: [light], patterns:"), "names of groups in the patterns, got light"),
        (("patterns:", "label_file: '{x}.txt', patterns:"), "in the patterns, got x"),
        (("patterns: [", "patterns: [], x: ["), "layout.patterns"),
        (("layout:", "laiout:"), "laiout: Extra inputs are not permitted"),
    ],
)
def test_what_a_layout_may_not_say(tmp_path, change, told):
    assert lent(tmp_path, LENT).layout.endings
    with pytest.raises(ManifestError, match=told):
        lent(tmp_path, LENT.replace(*change))


@pytest.mark.parametrize(
    ("downloads", "told"),
    [
        ("{}", "expected files or a table, got neither"),
        ("{base_url: 'https://x/'}", "expected table and base_url together"),
        ("{files: [{file: a, url: 'https://x', size: 3}]}", "got none though a has no sha256"),
        ("{table: t.csv, base_url: 'https://x'}", "downloads.base_url"),
    ],
)
def test_what_downloads_may_not_say(tmp_path, downloads, told):
    with pytest.raises(ManifestError, match=told):
        lent(tmp_path, f"{LENT}downloads: {downloads}\n")


def test_a_manifest_of_another_version_is_named_as_such(tmp_path):
    with pytest.raises(ManifestError, match="of format 1, got format 2. It belongs to another"):
        lent(tmp_path, f"{LENT}format: 2\ncolour: red\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"clip,path,subject,expression,sha256\na,a.mp4,s1\n", "line 2: expected a cell for each"),
        (b"clip,path,subject,expression,sha256\na,a.mp4,s1,fear,,\n", "got 1 more"),
        (b"clip,path,subject,expression,sha256\na,a.mp4,s1,fear,nan\n", "sha256: expected 64"),
        (b"clip,path,subject,expression,sha256\na,a.mp4,s1,fear,\xff\n", "cannot be read as CSV"),
        (b"clip,path\x00", "expected the columns"),
    ],
)
def test_a_damaged_index_is_told(tmp_path, content, told):
    (tmp_path / "index.csv").write_bytes(content)
    with pytest.raises(ManifestError, match=told):
        read_index(tmp_path / "index.csv")


def test_an_index_that_is_a_folder(tmp_path):
    (tmp_path / "index.csv").mkdir()
    with pytest.raises(ManifestError, match="cannot be read as CSV"):
        read_index(tmp_path / "index.csv")


def test_manifest_missing_or_not_yaml(tmp_path):
    (tmp_path / "other.yaml").write_text("a: [")
    with pytest.raises(ManifestError, match="Manifests in this folder: other"):
        load_manifest(tmp_path / "x.yaml")
    with pytest.raises(ManifestError, match="syntax error"):
        load_manifest(tmp_path / "other.yaml")
    (tmp_path / "other.yaml").write_bytes(b"name: \xff")
    with pytest.raises(ManifestError, match="cannot be read as UTF-8"):
        load_manifest(tmp_path / "other.yaml")


def test_the_record_of_a_build_says_where_the_copy_lies(root, copy_of_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    assert read_build(folder) is None
    write_index(folder / "index.csv", read_index(copy_of_data / "index.csv"))
    write_build(folder, {"root": str(copy_of_data)})
    assert read_build(folder) == {"format": 1, "root": str(copy_of_data)}
    assert validate(open_dataset(root / "data_manifests/synthetic.yaml", folder))
    write_build(folder, {"root": str(copy_of_data / "gone")})
    with pytest.raises(ManifestError, match="where they were when the index was built"):
        open_dataset(root / "data_manifests/synthetic.yaml", folder)
