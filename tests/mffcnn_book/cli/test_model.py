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
        doubts=("a second detector sees no face there in 3 frames",),
    )
    timeline = Timeline(
        CLASSES,
        np.array([0.25, 1.5]),
        np.array([0, 15]),
        np.array([15, 30]),
        np.array([[1.0, 0.0], [0.0, 1.0]]),
    )
    asked = {}

    def predict_video(model, video, *, window):
        asked.update(model=model, video=video, window=window)
        return arrays, timeline

    monkeypatch.setattr(
        pipelines, "load_recogniser", lambda path, **_: SavedRecogniser(path, FACTS)
    )
    monkeypatch.setattr(experiments, "predict_video", predict_video)
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
    assert "rendered faces" in out
    assert "Doubtful whether this is the face that is meant: a second detector sees no" in out
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


def predict(folder, *videos):
    for video in videos:
        assert main(["predict", video, "--model", "m.mffcnn", "--out", str(folder)]) == 0
    return sorted(path.name for path in folder.iterdir())


def test_names_with_points_and_blanks_are_kept_whole(predicted, tmp_path):
    made = predict(
        tmp_path,
        "WhatsApp Video 2023-10-05 at 14.32.10.mp4",
        "WhatsApp Video 2023-10-05 at 14.32.47.mp4",
        "interview.take2.mp4",
        "2024-05-01T12:30:45.mp4",
        "clip",
    )
    assert [name for name in made if name.endswith(".csv")] == [
        "2024-05-01T12:30:45_expressions.csv",
        "WhatsApp Video 2023-10-05 at 14.32.10_expressions.csv",
        "WhatsApp Video 2023-10-05 at 14.32.47_expressions.csv",
        "clip_expressions.csv",
        "interview.take2_expressions.csv",
    ]


def test_what_somebody_else_wrote_is_left_alone(predicted, tmp_path):
    (tmp_path / "me_expressions.csv").write_text("part,mine\n")
    (tmp_path / "you_expressions.png").write_text("no picture")
    (tmp_path / "you.mov_expressions.csv").mkdir()
    made = predict(tmp_path, "me.mp4", "you.mov", "me.mp4")
    assert (tmp_path / "me_expressions.csv").read_text() == "part,mine\n"
    assert (tmp_path / "you_expressions.png").read_text() == "no picture"
    assert {"me.mp4_expressions.csv", "me.mp4_expressions.png", "you.mov_2_expressions.csv"} <= set(
        made
    )
    assert len(made) == 7  # the second time replaces what the first has written


def test_videos_of_one_name_have_tables_of_their_own(predicted, tmp_path):
    made = predict(tmp_path, "a.mp4", "a.webm", "sub/a.mp4", "a.mp4", "./a.webm")
    assert set(made) == {
        f"{name}_expressions.{ending}"
        for name in ("a", "a.mp4", "a.webm")
        for ending in ("csv", "png")
    }
    tables = {}
    for name in ("a", "a.mp4", "a.webm"):
        with (tmp_path / f"{name}_expressions.csv").open() as file:
            tables[name] = next(csv.DictReader(file))["video"]
    assert tables == {"a": "a.mp4", "a.mp4": "sub/a.mp4", "a.webm": "a.webm"}


@pytest.mark.parametrize("name", ["x" * 240 + ".mp4", "ä" * 125 + ".mp4"])
def test_a_long_name(predicted, tmp_path, name):
    other = name.replace(".mp4", ".avi")
    made = predict(tmp_path, name, other, name)
    assert len(made) == 4
    assert all(len(one.encode()) <= 255 for one in made)


def test_a_folder_that_is_a_file_is_told(predicted, tmp_path, capsys):
    (tmp_path / "out").write_text("")
    assert main(["predict", "a.mp4", "--model", "m", "--out", str(tmp_path / "out")]) == 1
    assert "out: expected" in capsys.readouterr().err.replace("/.", " ")


def test_train_does_not_replace_what_is_no_model(tmp_path, capsys):
    (tmp_path / "thesis.docx").write_text("years of work")
    words = ["train", "--profile", "smoke", "--out", str(tmp_path / "thesis.docx")]
    assert main(words) == 1
    assert "expected a free name or a model to replace" in capsys.readouterr().err
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_a_model_whose_facts_are_odd(tmp_path):
    from mffcnn_book.experiments import predict_video, worth
    from mffcnn_core.errors import ParameterError

    for odd in ({"size": "x"}, {"size": 10**6}, {"detector_options": {"executable": "bash"}}, [1]):
        with pytest.raises(ParameterError, match="model: expected settings of a preparation"):
            predict_video(SavedRecogniser(None, {"preparation": odd}), tmp_path / "a.mp4")
    assert worth({"dataset": 3}).startswith("This model does not say")
