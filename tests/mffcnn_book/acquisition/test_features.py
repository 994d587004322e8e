"""Tables of measurements as data sets; the numbers here are made up."""

import numpy as np
import pytest

from mffcnn_book.acquisition import build_index
from mffcnn_book.experiments import published_folds
from mffcnn_core.datasets import load_manifest, open_dataset, read_features, validate
from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.files import sha256_of_file

TABLE = "df_average_AUs_total.csv"


@pytest.fixture
def manifest(root):
    return load_manifest(root / "data_manifests" / "ravdess_aus.yaml")


@pytest.fixture
def table(tmp_path, manifest):
    """Write a table; rows may be changed before."""
    columns = manifest.layout.features.columns

    def write(actors=range(1, 25), change=lambda rows: rows, sign=";"):
        rng = np.random.default_rng(0)
        rows = [
            [*(f"{value:.3f}" for value in rng.random(len(columns))),
             f"01-01-{code:02}-{intensity:02}-01-01-{actor:02}", "x"]
            for actor in actors for code in (1, 3, 4, 5, 6, 7, 8) for intensity in (1, 2)
        ]  # fmt: skip
        folder = tmp_path / "copy" / "deeper"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [[*columns, "name", "path"], *change(rows)]
        (folder / TABLE).write_text("\n".join(sign.join(line) for line in lines) + "\n")
        return tmp_path / "copy"

    return write


@pytest.mark.parametrize("sign", [";", ","])
def test_every_row_is_a_clip_or_left_out_with_its_reason(table, manifest, sign):
    build = build_index(manifest, table(sign=sign))
    assert len(build.clips) == 24 * 6 * 2
    assert {one.reason for one in build.left_out} == {"neutral is not one of the six expressions"}
    assert build.problems == ()
    clip = build.clips[0]
    assert (clip.clip, clip.subject, clip.expression) == ("01-01-03-01-01-01-01", "1", "happiness")
    assert clip.attributes["intensity"] == "01"
    assert clip.path == f"deeper/{TABLE}"


def test_numbers_come_back_in_the_order_of_the_clips(table, manifest, tmp_path):
    build = build_index(manifest, table(change=lambda rows: rows[::-1]))
    build.write(tmp_path / "data")
    data = open_dataset(manifest, tmp_path / "data")
    features = read_features(data)
    assert validate(data)
    assert features.values.shape == (len(data.clips), len(features.names)) == (288, 35)
    text = (data.path_of(data.clips[0])).read_text().splitlines()
    rows = {line.split(";")[-2]: line.split(";")[:35] for line in text[1:]}
    for clip, values in zip(features.clips, features.values, strict=True):
        assert values.tolist() == [float(cell) for cell in rows[clip.clip]]


def test_a_missing_actor_is_told_and_the_others_are_used(table, manifest, tmp_path):
    build = build_index(manifest, table(actors=[a for a in range(1, 25) if a != 16]))
    assert "people: expected 24, got 23" in build.differences
    assert "It differs from the file naming convention of RAVDESS" in build.summary()
    build.write(tmp_path / "data")
    features = read_features(open_dataset(manifest, tmp_path / "data"))
    folds = published_folds([clip.subject for clip in features.clips], manifest.folds)
    assert folds[0].name == "14+15+2+5"
    assert sorted(person for fold in folds for person in fold.test_subjects) == sorted(
        {clip.subject for clip in features.clips}
    )


def test_a_person_of_no_published_group_is_refused():
    with pytest.raises(ParameterError, match="everybody in a published group, got 25 in none"):
        published_folds(["1", "25"], [["1", "2"]])


def test_what_is_no_number_and_what_is_there_twice_is_left_out(table, manifest):
    def spoil(rows):
        rows[1][3] = "high"
        rows[2][4] = "inf"
        rows[3][-2] = rows[4][-2]
        rows[5][-2] = "somebody"
        return rows

    build = build_index(manifest, table(change=spoil))
    reasons = {one.reason for one in build.problems}
    assert reasons == {
        "AU06_r: expected a number, got 'inf'",
        "the table has 2 rows of this name",
        "expected a path such as 01-01-03-01-01-01-01",
    }  # the first one is of a neutral clip, which is left out anyway
    assert len(build.clips) == 288 - 4


def test_another_table_than_the_published_one_is_noted(table, manifest):
    build = build_index(manifest, table())
    assert any("another table than the published one" in note for note in build.notes)


def test_the_published_table_is_told_by_its_checksum(realdata, manifest):
    folder = realdata / "ravdess_openface_aus"
    (one,) = manifest.downloads.files
    assert sha256_of_file(folder / TABLE) == one.sha256
    build = build_index(manifest, folder)
    assert (build.differences, build.notes, len(build.clips)) == ((), (), 1152)


def test_a_table_that_has_changed_since_is_refused(table, manifest, tmp_path):
    build_index(manifest, table()).write(tmp_path / "data")
    data = open_dataset(manifest, tmp_path / "data")
    path = data.path_of(data.clips[0])
    path.write_text(path.read_text().replace("0.6", "0.7"))
    assert not validate(data)
    with pytest.raises(ManifestError, match="as it was when its index was built, got another one"):
        read_features(data)
    path.unlink()
    with pytest.raises(ManifestError, match="index was built, got none"):
        read_features(data)


def test_a_copy_without_the_table_or_a_column_is_refused(table, manifest, tmp_path):
    with pytest.raises(ManifestError, match=f"expected one file {TABLE}, got none"):
        build_index(manifest, tmp_path)
    folder = table(change=lambda rows: [row[1:] for row in rows])
    path = folder / "deeper" / TABLE
    path.write_text(path.read_text().replace("AU01_r;", "", 1))
    with pytest.raises(ManifestError, match="expected a line with the columns"):
        build_index(manifest, folder)
