import shutil
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_book.experiments import (
    DEMONSTRATION,
    Configuration,
    Workspace,
    default_model,
    model_path,
    predict_video,
    train_model,
    worth,
)
from mffcnn_core.errors import NoFaceError, ParameterError
from mffcnn_core.pipelines import load_recogniser


@pytest.fixture(scope="module")
def work(tiny_project):
    return Workspace.open("tiny", root=tiny_project, jobs=1)


@pytest.fixture(scope="module")
def model(work):
    return load_recogniser(train_model(work, "two_stream"))


@pytest.mark.slow
def test_a_model_knows_what_it_was_trained_on(work, model):
    path = model_path(work, "two_stream")
    assert path.name == "synthetic-tiny-two_stream.mffcnn"
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no checkpoint is left over
    assert model.facts["clips"] == 12
    assert model.facts["people"] == 2
    assert model.facts["dataset"]["sha256"] == work.dataset.sha256
    assert model.facts["preparation"] == work.preparation_settings.to_dict()


@pytest.mark.slow
def test_it_scores_a_video_as_a_whole_and_over_time(work, model):
    clip = work.preparation.prepared[0].clip
    arrays, timeline = predict_video(model, work.data_folder / clip.path, window=6)
    assert timeline.first.tolist() == [0, 3, 4]
    assert len(arrays.faces) == timeline.stop[-1] == 10
    whole = model.recogniser.decision_function(work.preparation.prepared[:1])
    assert timeline.scores == pytest.approx(whole[0], rel=1e-3)  # flow on disk is float16


@pytest.mark.slow
def test_a_training_that_was_cut_off_goes_on(work, tmp_path, monkeypatch):
    whole = load_recogniser(train_model(work, "two_stream", tmp_path / "whole.mffcnn")).recogniser
    path = tmp_path / "parts.mffcnn"
    with monkeypatch.context() as patched:
        patched.setattr(
            "mffcnn_book.experiments._model.save_recogniser",
            lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt),
        )
        with pytest.raises(KeyboardInterrupt):
            train_model(work, "two_stream", path)
    kept = (
        path.name.partition("-")[0] for path in (tmp_path / "parts.mffcnn.checkpoints").iterdir()
    )
    assert sorted(kept) == ["spatial", "temporal"]
    resumed = load_recogniser(train_model(work, "two_stream", path)).recogniser
    assert not (tmp_path / "parts.mffcnn.checkpoints").exists()
    clips = work.preparation.prepared[:3]
    assert (resumed.decision_function(clips) == whole.decision_function(clips)).all()


@pytest.mark.slow
def test_no_face_is_told(model, realdata):
    with pytest.raises(NoFaceError, match="no_face.mp4: face: expected"):
        predict_video(model, realdata / "no_face.mp4")


@pytest.mark.slow
def test_a_model_from_elsewhere_must_tell_its_preparation(model):
    with pytest.raises(ParameterError, match="how its videos were prepared, got none"):
        predict_video(model._replace(facts={}), "x.mp4")


@pytest.mark.slow
def test_nothing_to_train_on(work):
    report = SimpleNamespace(prepared=(), summary=lambda: "0 of 2 clips prepared.")
    empty = SimpleNamespace(
        root=work.root,
        profile=work.profile,
        dataset_name="x",
        preparation=report,
        progress=False,
        device="cpu",
    )
    with pytest.raises(ParameterError, match="x: expected prepared clips .* 0 of 2 clips"):
        train_model(empty, "two_stream")


def test_worth_is_told_in_plain_words():
    facts = {"dataset": {"name": "synthetic"}, "clips": 384, "people": 8}
    assert "384 clips of 8 people of 'synthetic': rendered faces" in worth(facts)
    assert "not been tested on this person" in worth(facts | {"dataset": {"name": "ravdess"}})


def test_worth_says_how_often_strangers_were_recognised():
    facts = {"dataset": {"name": "synthetic"}, "clips": 384, "people": 8, "pipeline": "two_stream"}
    assert "was not measured: `mffcnn evaluate`" in worth(facts)
    assert "was not measured" in worth(facts | {"strangers": {"accuracy": "high"}})
    strangers = {"accuracy": 0.523, "interval": [0.41, 0.6], "clips": 96, "people": 4}
    told = worth(facts | {"strangers": strangers})
    assert "right on 52% of 96 clips of 4 such people whom they had not seen" in told
    assert "41% to 60%" in told
    assert "a demonstration, not a measurement" in told


@pytest.mark.slow
def test_a_model_knows_how_models_like_it_did_on_strangers(work, model, tmp_path):
    assert model.facts["strangers"] is None
    record = work.recognition("two_stream")
    facts = load_recogniser(train_model(work, "two_stream", tmp_path / "m.mffcnn")).facts
    assert facts["strangers"]["accuracy"] == record.metrics["both"]["accuracy"]
    assert facts["strangers"]["people"] == 2


def test_a_model_trained_here_is_used_before_the_one_that_is_delivered(root, tmp_path, monkeypatch):
    for name in ("notebooks/profiles", "data_manifests"):
        shutil.copytree(root / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert default_model() == DEMONSTRATION
    for profile in ("quick", "wild"):
        own = model_path(Workspace.open(profile), "two_stream")
        own.parent.mkdir(parents=True, exist_ok=True)
        own.touch()
        assert default_model() == own


def test_the_model_that_is_delivered_says_what_it_is_worth(root):
    model = load_recogniser(DEMONSTRATION)
    work = Workspace.open("wild", root=root)
    assert DEMONSTRATION.stat().st_size < 10e6
    assert model.facts["profile"] == "wild"
    assert model.recogniser.describe()["contrast"] == "local"
    configuration = Configuration(pipeline="two_stream")
    record = work.evidence(configuration).record
    asked = work.profile.recogniser(configuration).describe()
    assert model.recogniser.describe() | {"seed": 0} == asked | {"seed": 0}
    assert model.facts["preparation"] == record.settings["preparation"]
    assert model.facts["dataset"]["sha256"] == record.dataset_sha256
    assert model.facts["strangers"]["accuracy"] == record.metrics["both"]["accuracy"]
    assert "a demonstration, not a measurement" in worth(model.facts)


@pytest.mark.slow
def test_what_is_delivered_sees_a_real_face_turn_from_sad_to_joyful(realdata):
    """One clip proves little; a model that always gives one answer fails it all the same."""
    recogniser = load_recogniser(DEMONSTRATION)
    arrays, line = predict_video(recogniser, realdata / "WolfgangLanger_Pexels.mp4")
    answers = np.array(line.classes)[line.window_scores.argmax(axis=1)]
    sad, joyful = arrays.times[line.stop] < 9.5, arrays.times[line.first] > 9.9
    assert Counter(answers[sad]).most_common(1)[0][0] == "sadness"
    assert Counter(answers[joyful]).most_common(1)[0][0] == "happiness"
