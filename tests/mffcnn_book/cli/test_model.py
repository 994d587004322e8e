import csv
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_book import experiments
from mffcnn_book.cli import main
from mffcnn_core import pipelines
from mffcnn_core.pipelines import SavedRecogniser, Timeline

CLASSES = ("anger", "fear")
FACTS = {"dataset": {"name": "synthetic"}, "clips": 4, "people": 2}


@pytest.fixture
def predicted(monkeypatch):
    """Put an answer in the place of a trained model's."""
    counts = SimpleNamespace(
        first=10, left_out=10, filled_in=3, several_faces=0, used=30, frames=40
    )
    arrays = SimpleNamespace(
        faces=np.zeros((30, 16, 16, 3), np.uint8),
        times=1 + np.arange(31) / 10,
        counts=counts,
        problems=("cut off.",),
    )
    timeline = Timeline(
        CLASSES,
        np.array([0.25, 1.5]),
        np.array([0, 15]),
        np.array([15, 30]),
        np.array([[1.0, 0.0], [0.0, 1.0]]),
    )
    asked = {}

    def predict(model, video, *, window):
        asked.update(model=model, video=video, window=window)
        return arrays, timeline

    monkeypatch.setattr(
        pipelines, "load_recogniser", lambda path, **_: SavedRecogniser(path, FACTS)
    )
    monkeypatch.setattr(experiments, "predict_video", predict)
    return asked


def test_predict_tells_what_it_sees_and_what_that_is_worth(predicted, tmp_path, capsys):
    words = ["me.mp4", "--model", "m.mffcnn", "--window", "15", "--out", str(tmp_path / "new")]
    assert main(["predict", *words]) == 0
    out = capsys.readouterr().out
    assert str(predicted["video"]) == "me.mp4"
    assert predicted["window"] == 15
    assert str(predicted["model"].recogniser) == "m.mffcnn"
    assert "whole" in out
    assert "Note: cut off." in out
    assert "30 of 40 frames were used, 3 with the face filled in" in out
    assert "faces that a program has drawn" in out
    with (tmp_path / "new" / "me_expressions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["part"] for row in rows] == ["whole", "window 1", "window 2"]
    assert [row["expression"] for row in rows] == ["fear", "anger", "fear"]
    assert (float(rows[2]["start"]), float(rows[2]["end"])) == (2.5, 4.0)
    assert (tmp_path / "new" / "me_expressions.png").read_bytes()[:4] == b"\x89PNG"


def test_train_saves_the_pipeline_that_is_named(monkeypatch, tmp_path, capsys):
    asked = {}

    def train(work, pipeline, path):
        asked.update(work=work, pipeline=pipeline)
        return path

    monkeypatch.setattr(experiments, "train_model", train)
    words = ["--profile", "smoke", "--pipeline", "mffcnn", "--out", str(tmp_path / "m.mffcnn")]
    assert main(["train", *words]) == 0
    assert (asked["work"].profile.name, asked["pipeline"]) == ("smoke", "mffcnn")
    assert f"mffcnn predict VIDEO --model {tmp_path / 'm.mffcnn'}" in capsys.readouterr().out


def test_no_model_yet(tmp_path, capsys):
    assert main(["predict", "me.mp4", "--model", str(tmp_path / "none.mffcnn")]) == 1
    assert "got no file. Make one with `mffcnn train`" in capsys.readouterr().err
