import functools
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from mffcnn_book.baselines import ICLTPRecogniser
from mffcnn_core.errors import ParameterError, RecordError
from mffcnn_core.files import canonical_json
from mffcnn_core.pipelines import load_recogniser, save_recogniser


@pytest.fixture(params=["recogniser", "fusion", "softmax"])
def fitted(request, toy_clips):
    model = request.getfixturevalue("recogniser" if request.param == "softmax" else request.param)
    if request.param == "softmax":
        model.set_params(decision="softmax")
    elif request.param == "fusion":
        model.set_params(stream={"epochs": 1}, joint={"epochs": 1})
    return model.fit(toy_clips, [c.clip.expression for c in toy_clips])


@pytest.fixture
def saved(recogniser, toy_clips, tmp_path):
    recogniser.set_params(streams="spatial", spatial={"epochs": 1, "network": {"pool": 2}})
    recogniser.fit(toy_clips, [c.clip.expression for c in toy_clips])
    save_recogniser(recogniser, tmp_path / "m.mffcnn")
    return tmp_path / "m.mffcnn"


def rewrite(path, change):
    """Change the members of a saved file: by name, content or None."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)


def resigned(members, **changes):
    members = {k: v for k, v in {**members, **changes}.items() if k != "sha256.json"}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    return {**members, "sha256.json": json.dumps(sums).encode()}


def test_it_comes_back_as_it_was(fitted, toy_clips, tmp_path):
    save_recogniser(fitted, tmp_path / "m.mffcnn", data="toy")
    loaded, facts = load_recogniser(tmp_path / "m.mffcnn", progress=False)
    assert facts == {"data": "toy"}
    assert type(loaded) is type(fitted)
    assert canonical_json(loaded.describe()) == canonical_json(fitted.describe())
    before, after = fitted.stream_scores(toy_clips), loaded.stream_scores(toy_clips)
    assert list(before) == list(after)
    for name, scores in before.items():
        np.testing.assert_array_equal(scores, after[name])
    np.testing.assert_array_equal(loaded.predict(toy_clips), fitted.predict(toy_clips))


def test_nothing_in_the_file_is_pickled(saved):
    with zipfile.ZipFile(saved) as archive:
        assert sorted(archive.namelist()) == [
            "classifiers.skops",
            "recogniser.json",
            "sha256.json",
            "spatial.safetensors",
        ]
        inner = zipfile.ZipFile(io.BytesIO(archive.read("classifiers.skops")))
    assert {name.rpartition(".")[2] for name in inner.namelist()} <= {"json", "npy"}


@pytest.mark.parametrize("member", ["recogniser.json", "spatial.safetensors", "classifiers.skops"])
def test_a_tampered_part_is_refused(saved, member):
    def flip(members):
        content = bytearray(members[member])
        content[len(content) // 2] ^= 1
        return {member: bytes(content)}

    rewrite(saved, flip)
    with pytest.raises(RecordError, match=f"expected the parts that were saved.*{member}"):
        load_recogniser(saved)


def test_missing_and_further_parts_are_refused(saved):
    rewrite(saved, lambda members: {"spatial.safetensors": None, "extra.pkl": b"x"})
    with pytest.raises(RecordError, match=r"others: extra.pkl, spatial.safetensors\. "):
        load_recogniser(saved)


def test_code_is_not_run_even_if_the_sums_fit(saved, tmp_path):
    # an object that would delete itself a file when it is rebuilt
    victim = tmp_path / "victim"
    victim.write_text("")
    evil = skops.io.dumps({"spatial": functools.partial(os.remove, str(victim))})
    rewrite(saved, lambda members: resigned(members, **{"classifiers.skops": evil}))
    with pytest.raises(RecordError, match="expected types of this library"):
        load_recogniser(saved)
    assert victim.exists()


def test_another_format_is_refused(saved):
    def newer(members):
        told = json.loads(members["recogniser.json"]) | {"format": 99}
        return resigned(members, **{"recogniser.json": json.dumps(told).encode()})

    rewrite(saved, newer)
    with pytest.raises(RecordError, match="expected format 1 .* got 99"):
        load_recogniser(saved)


def test_no_file_and_no_archive(tmp_path):
    with pytest.raises(RecordError, match=r"none.mffcnn: .* got no file.*mffcnn train"):
        load_recogniser(tmp_path / "none.mffcnn")
    (tmp_path / "x.mffcnn").write_bytes(b"x")
    with pytest.raises(RecordError, match="cannot be read"):
        load_recogniser(tmp_path / "x.mffcnn")


def test_a_file_names_public_shelves_only(fusion, toy_clips, tmp_path):
    fusion.set_params(stream={"epochs": 1}, joint={"epochs": 1})
    fusion.fit(toy_clips, [c.clip.expression for c in toy_clips])
    save_recogniser(fusion, tmp_path / "m.mffcnn")
    with zipfile.ZipFile(tmp_path / "m.mffcnn") as archive:
        packed = archive.read("classifiers.skops")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        schema = archive.read("schema.json").decode()
    ours = set(re.findall(r'"__module__": "(mffcnn[^"]*)"', schema))
    assert ours == {"mffcnn_core.dbn", "mffcnn_core.pipelines"}


def test_a_model_loads_after_a_file_has_moved(saved, root, tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    copy = shutil.copytree(root / "mffcnn_core", tmp_path / "moved" / "mffcnn_core", ignore=ignore)
    for old, new in (("dbn/_network", "dbn/_stack"), ("pipelines/_classifier", "pipelines/_last")):
        (copy / f"{old}.py").rename(copy / f"{new}.py")
        names = [part.replace("/", ".") for part in (old, new)]
        for path in copy.rglob("*.py"):
            path.write_text(path.read_text().replace(*names))
    code = (
        "import sys; from mffcnn_core.pipelines import load_recogniser as load; load(sys.argv[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(saved)],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "moved")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_only_what_is_fitted_is_saved(recogniser, tmp_path):
    with pytest.raises(NotFittedError):
        save_recogniser(recogniser, tmp_path / "m.mffcnn")
    assert not list(tmp_path.iterdir())


def test_methods_without_networks_are_not_saved(tmp_path):
    with pytest.raises(ParameterError, match="FusionRecogniser, .*TwoStr.* got 'ICLTPRecogniser'"):
        save_recogniser(ICLTPRecogniser(), tmp_path / "m.mffcnn")
    assert not list(tmp_path.iterdir())


def test_equal_trainings_give_equal_bytes(recogniser, toy_clips, tmp_path):
    recogniser.set_params(streams="spatial", spatial={"epochs": 1, "network": {"pool": 2}})
    files = [tmp_path / name for name in ("a.mffcnn", "b.mffcnn")]
    for file in files:
        again = clone(recogniser).fit(toy_clips, [c.clip.expression for c in toy_clips])
        save_recogniser(again, file)
        os.utime(file)
    assert files[0].read_bytes() == files[1].read_bytes()


def resettled(saved, change):
    """Change the settings of a saved file, and its sums."""

    def other(members):
        told = json.loads(members["recogniser.json"])
        change(told)
        return resigned(members, **{"recogniser.json": json.dumps(told).encode()})

    rewrite(saved, other)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden", 10**9),
        ("hidden", 10**12),
        ("filters", [10**7, 10**7]),
        ("kernels", [10**6, 10**6]),
        ("pool", -1),
        ("pool", "x"),
        ("dropout", float("nan")),
        ("size", 65536),
    ],
)
def test_settings_cannot_ask_for_more_than_the_file_holds(saved, name, value):
    def change(told):
        where = told["params"] if name == "size" else told["params"]["spatial"]["network"]
        where[name] = value

    resettled(saved, change)
    start = time.monotonic()
    with pytest.raises(RecordError, match="m.mffcnn: "):
        load_recogniser(saved)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("preparation", "told"),
    [
        ({"detector": "openface", "detector_options": {"folder": "/etc"}}, "inside the project's"),
        ({"detector_options": {"model": "..\\..\\x.onnx"}}, "inside the project's folder"),
        ({"flow_options": {"levels": 10**30}}, "expected a number from"),
        ({"x": {str(k): [0] * 1000 for k in range(1000)}}, "expected at most 100000 values"),
    ],
)
def test_facts_name_no_path_and_no_endless_value(saved, preparation, told):
    resettled(saved, lambda settings: settings["facts"].update(preparation=preparation))
    with pytest.raises(RecordError, match=told):
        load_recogniser(saved)


def test_what_only_the_training_read_is_not_read_again(saved):
    resettled(saved, lambda told: told["params"]["spatial"].update(weights="/home/ada/x.pth"))
    assert load_recogniser(saved).recogniser.networks_
    resettled(saved, lambda told: told["params"].update(weights="/home/ada/x.pth"))
    with pytest.raises(RecordError, match="Give the file with --weights; .* '/home/ada/x.pth'"):
        load_recogniser(saved)


def test_a_packed_part_is_refused(saved, tmp_path):
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["spatial.safetensors"] = bytes(50_000_000)
    members = resigned(members)
    with zipfile.ZipFile(tmp_path / "bomb.mffcnn", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert (tmp_path / "bomb.mffcnn").stat().st_size < 1_000_000
    with pytest.raises(RecordError, match="expected parts that are not packed"):
        load_recogniser(tmp_path / "bomb.mffcnn")


def test_classifiers_of_another_kind_are_refused(saved):
    other = skops.io.dumps({"both": {"a": 1}})
    rewrite(saved, lambda members: resigned(members, **{"classifiers.skops": other}))
    with pytest.raises(RecordError, match="expected classifiers of this library, got others"):
        load_recogniser(saved)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "m.mffcnn")
    with pytest.raises(RecordError, match="got a folder, a pipe or a device"):
        load_recogniser(tmp_path / "m.mffcnn")


def test_any_damage_is_told(saved, tmp_path):
    sound, rng = saved.read_bytes(), random.Random(0)
    for _ in range(200):
        content = bytearray(sound)
        for _ in range(rng.choice((1, 1, 20))):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        if rng.random() < 0.2:
            del content[rng.randrange(len(content)) :]
        saved.write_bytes(bytes(content))
        try:
            load_recogniser(saved)
        except RecordError as error:
            assert "m.mffcnn" in str(error)
        else:  # it lies in what the archive says of dates and systems
            (tmp_path / "sound").write_bytes(sound)
            assert contents(saved) == contents(tmp_path / "sound")


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
