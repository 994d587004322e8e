import os
import time

import pytest
import yaml

from mffcnn_core.datasets import load_manifest, read_index
from mffcnn_core.errors import InputError, ManifestError, RecordError
from mffcnn_core.files import read_json
from mffcnn_core.inputs import check_paths, check_plain, read_bytes, read_yaml
from mffcnn_core.tables import open_table

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{b}: &{b} {{<<: [{', '.join([f'*{a}'] * 10)}]}}\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "expected at most 100000 values"),
        (MERGES, "expected keys written out, got <<"),
        ("a: &a [*a]", "expected at most 100000 values, 20 deep"),
        ("[" * 5000, "expected YAML, got a syntax error"),
        ("a: " + "9" * 4000, "expected a number from"),
        ("a: .nan", "expected a number from"),
        ("a: '" + "x" * 20_000 + "'", "expected a text of at most 10000 characters, got 20000"),
        ("a: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
    ],
)
def test_few_bytes_cannot_stand_for_endless_values(tmp_path, text, told):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    start = time.process_time()
    with pytest.raises(InputError, match=told):
        read_yaml(path)
    with pytest.raises(ManifestError, match=r"x\.yaml: "):
        load_manifest(path)
    assert time.process_time() - start < 10


def test_an_alias_that_is_meant(tmp_path):
    (tmp_path / "x.yaml").write_text("a: &a {b: 1}\nc: *a\n")
    assert read_yaml(tmp_path / "x.yaml") == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize("reader", [read_yaml, read_json, open_table, read_index, load_manifest])
def test_a_pipe_is_not_waited_for(tmp_path, reader):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises((InputError, RecordError, ManifestError), match="pipe: expected"):
        reader(tmp_path / "pipe")
    with pytest.raises((InputError, RecordError, ManifestError), match="expected"):
        reader(tmp_path)


def test_a_file_has_a_largest_size(tmp_path):
    (tmp_path / "a").write_bytes(bytes(11))
    assert len(read_bytes(tmp_path / "a", 11)) == 11
    with pytest.raises(InputError, match="a: expected at most"):
        read_bytes(tmp_path / "a", 10)
    with pytest.raises(InputError, match="expected at most 1 MiB, got 2"):
        (tmp_path / "a.yaml").write_text("a: 1\n" + "#" * 2_000_000)
        read_yaml(tmp_path / "a.yaml")


def test_a_number_of_any_size_in_json(tmp_path):
    check_plain({"a": [1, 2.5, "x", None, True]}, "f")
    with pytest.raises(InputError, match="f: a.b.0: expected a number"):
        check_plain({"a": {"b": [10**40]}}, "f")


@pytest.mark.parametrize("path", ["/etc", "../x", "a/../../b", "C:\\x", "\\\\host\\x", "~/x"])
def test_settings_name_no_path_out_of_the_project(path):
    check_paths({"folder": "data/openface", "name": "S->T", "empty": ""}, "f")
    with pytest.raises(InputError, match="f: d.0.folder: expected a path inside the project's"):
        check_paths({"d": [{"folder": path}]}, "f")


def test_a_spreadsheet_that_unfolds_without_end(tmp_path, monkeypatch):
    import openpyxl

    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1  # one cell, and 17 000 million empty ones before it
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="expected at most 2000000 cells, got more"):
        open_table(tmp_path / "a.xlsx")
    monkeypatch.setattr("mffcnn_core.tables.SHEET_BYTES", 1000)
    with pytest.raises(InputError, match="MiB when unpacked"):
        open_table(tmp_path / "a.xlsx")


def test_every_file_of_the_project_is_within_the_limits(root):
    for folder in ("notebooks/profiles", "data_manifests"):
        for path in sorted((root / folder).glob("*.yaml")):
            assert read_yaml(path) == yaml.safe_load(path.read_text(encoding="utf-8"))
