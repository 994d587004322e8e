"""Whatever a file holds, its reader returns something sound or raises one of our errors.

Each kind of file is changed in many ways by a seeded generator: bits, cuts, doubled and
moved pieces, pieces of other files, other encodings, other line ends.
"""

import json
import random
import zipfile
from pathlib import Path

import pytest

from mffcnn_book.acquisition import build_index
from mffcnn_book.audit import audit_table, read_table
from mffcnn_book.experiments import load_profile
from mffcnn_book.labs import find_lab
from mffcnn_book.labs._inbox import read_inbox
from mffcnn_book.labs._sheets import _rows
from mffcnn_core.datasets import load_manifest, read_index
from mffcnn_core.errors import MffcnnError
from mffcnn_core.faces import read_openface
from mffcnn_core.files import read_json
from mffcnn_core.inputs import check_plain, read_yaml
from mffcnn_core.tables import open_table

ROUNDS = 120
ODD = [
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"=", b"%"),
    *(
        b"1e999",
        b"-0",
        b"nan",
        b"inf",
        b"9" * 400,
        b"\xe2\x88\x92",
        b"\xc2\xa0",
        b"{",
        b"]",
        b"&a ",
    ),
    *(b"*a", b"!!binary ", b"../../", b"C:\\", b"PK\x03\x04", b"100", b"0", b"All", b"recall"),
]


def changed(rng, sound):
    data = bytearray(sound)
    for _ in range(rng.choice((1, 1, 2, 6))):
        here, there = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        kind = rng.randrange(8)
        if kind == 0 and data:
            data[here - 1] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[here : here + rng.randrange(1, 30)]
        elif kind == 2:
            data[here:here] = rng.choice(ODD)
        elif kind == 3:
            data[there:there] = data[here : here + 200]
        elif kind == 4:
            del data[there:]
        elif kind == 5:
            lines = bytes(data).split(b"\n")
            rng.shuffle(lines)
            data = bytearray(b"\n".join(lines))
        elif kind == 6:
            data = bytearray(bytes(data).replace(*rng.sample([b",", b";", b"\t", b".", b"|"], 2)))
        else:
            text = bytes(data).decode("utf-8", "replace")
            data = bytearray(text.encode(rng.choice(["utf-16", "cp1252", "utf-32"]), "replace"))
    return bytes(data)


MATRIX = b"true,anger,fear,happiness,All\nanger,18,4,2,24\nfear,6,15,3,24\nhappiness,1,2,21,24\n"
MATRIX += b"All,25,21,26,72\n"
RATES = (
    b"true;anger;fear;recall\nanger;75,0;25,0;75,0\nfear;30,0;70,0;70,0\nprecision;71,4;73,7;72,5\n"
)
SHEET = b'student,question,maximum,answer,points,comment\nada,advice,4.0,"a, b",2,\nben,x,2,y,1,z\n'
CLIPS = b"path,subject,expression\na.mp4,anna,fear\nC:\\x\\b.mp4,ben,anger\n"
INDEX = b"clip,path,subject,expression,sha256\na,a.mp4,anna,fear," + b"0" * 64 + b"\n"
FACE = ",".join(["frame", "face_id", "timestamp", "confidence", "success",
                 *(f"{axis}_{i}" for axis in "xy" for i in range(68))]) + "\n"  # fmt: skip
FACE += "".join(f"{t},0,{t / 25},0.9,1{',50.5' * 136}\n" for t in (1, 2, 4))


def audit(path):
    table = read_table(path)
    for finding in audit_table(table):
        assert finding.level in ("ok", "note", "problem")
        assert finding.text
    assert len(table.cells) == len(table.rows)
    assert {len(row) for row in table.cells} == {len(table.columns)}


def clips(path):
    (path.parent / "a.mp4").write_text("a")
    (path.parent / "b.mp4").write_text("b")
    root = Path(__file__).parents[2]
    build = build_index(load_manifest(root / "data_manifests" / "own.yaml"), path.parent)
    assert len(build.clips) + len(build.problems) == 2


def openface(path):
    output = read_openface(path)
    assert ((output.confidence >= 0) & (output.confidence <= 1)).all()
    assert (output.frames >= 0).all()
    if output.landmarks is not None:
        output.track()


def values(path):
    check_plain(read_yaml(path), "f")


def submissions(path):
    read_inbox(find_lab(Path(__file__).parents[2], 2), path)


def packed(folder):
    with zipfile.ZipFile(folder / "z", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/lab02.ipynb", json.dumps({"cells": ["x" * 500]}))
        archive.writestr("ben/lab02.ipynb", "{}")
    return (folder / "z").read_bytes()


def spreadsheet(folder):
    import openpyxl

    book = openpyxl.Workbook()
    for line in MATRIX.decode().splitlines():
        book.active.append([int(c) if c.isdecimal() else c for c in line.split(",")])
    book.save(folder / "x.xlsx")
    return (folder / "x.xlsx").read_bytes()


def of_project(name):
    return lambda folder: (Path(__file__).parents[2] / name).read_bytes()


KINDS = {
    "matrix": (audit, "t.csv", lambda folder: MATRIX),
    "rates": (audit, "t.csv", lambda folder: RATES),
    "spreadsheet": (audit, "t.xlsx", spreadsheet),
    "table": (lambda path: open_table(path).rows, "t.csv", lambda folder: SHEET),
    "marking sheet": (_rows, "sheet.csv", lambda folder: SHEET),
    "submissions": (submissions, "all.zip", packed),
    "clips": (clips, "clips.csv", lambda folder: CLIPS),
    "index": (read_index, "index.csv", lambda folder: INDEX),
    "openface": (openface, "a.csv", lambda folder: FACE.encode()),
    "manifest": (load_manifest, "own.yaml", of_project("data_manifests/own.yaml")),
    "profile": (load_profile, "smoke.yaml", of_project("notebooks/profiles/smoke.yaml")),
    "yaml": (values, "x.yaml", lambda folder: b"a: &a [1, {b: 2.5}]\nc: *a\nd: 2024-05-01\n"),
    "json": (read_json, "x.json", lambda folder: b'{"a": [1, 2.5, "x", null], "b": {"c": true}}'),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_file_is_read_or_told(kind, tmp_path):
    read, name, make = KINDS[kind]
    (tmp_path / "own").mkdir()
    (tmp_path / "in").mkdir()
    sound, rng, told = make(tmp_path / "own"), random.Random(kind), 0
    (tmp_path / "in" / name).write_bytes(sound)
    read(tmp_path / "in" / name)
    for number in range(ROUNDS):
        content = changed(rng, sound)
        path = tmp_path / "in" / name
        path.write_bytes(content)
        try:
            read(path)
        except MffcnnError as error:
            told += 1
            assert "expected" in str(error), (number, content)
        except Exception as error:
            raise AssertionError(f"round {number}: {error!r} of {content[:400]!r}") from error
    assert told
