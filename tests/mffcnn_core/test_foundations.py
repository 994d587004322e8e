import dataclasses
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mffcnn_core.arrays import check_flow, check_frames
from mffcnn_core.errors import LabError, ParameterError, RecordError
from mffcnn_core.expressions import EXPRESSIONS, SYNONYMS, canonical_expression, label_of
from mffcnn_core.files import (
    atomic_path,
    canonical_json,
    read_json,
    sha256_of,
    write_json,
    write_json_if_new,
)
from mffcnn_core.seeding import generator, integer_seed
from mffcnn_core.settings import Settings, check_at_least, check_choice


def test_frames_pass_through_unchanged():
    frames = np.zeros((2, 4, 5, 3), np.uint8)
    assert check_frames(frames) is frames


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (np.zeros((2, 4, 5, 3), np.float32), r"expected uint8 RGB frames .* got float32 array"),
        (np.zeros((4, 5, 3), np.uint8), r"got uint8 array of shape \(4, 5, 3\)"),
        ([1, 2], "got list"),
        (np.zeros((0, 4, 5, 3), np.uint8), r"expected at least 1 non-empty frame\(s\)"),
        (np.zeros((1, 0, 5, 3), np.uint8), "The clip is too short or empty"),
    ],
)
def test_bad_frames_are_refused(frames, message):
    with pytest.raises(ParameterError, match=message):
        check_frames(frames)


def test_too_few_frames_for_a_caller():
    with pytest.raises(ParameterError, match=r"my frames: expected at least 2"):
        check_frames(np.zeros((1, 4, 5, 3), np.uint8), name="my frames", at_least=2)


def test_bad_flow_is_refused():
    with pytest.raises(ParameterError, match="expected float32 flow"):
        check_flow(np.zeros((1, 4, 5, 2)))
    flow = np.zeros((1, 4, 5, 2), np.float32)
    assert check_flow(flow) is flow
    flow[0, 0, 0, 0] = np.nan
    with pytest.raises(ParameterError, match="expected finite values"):
        check_flow(flow)


def test_every_synonym_of_the_paper_is_known():
    for word in "angry hate disgusted aversion scared afraid happy sad surprised".split():
        assert canonical_expression(word.upper()) in EXPRESSIONS
    assert set(SYNONYMS.values()) <= set(EXPRESSIONS)
    assert [label_of(name) for name in EXPRESSIONS] == list(range(6))


def test_unknown_expression():
    with pytest.raises(ParameterError, match="got 'bored'"):
        canonical_expression("bored")


def test_generators_do_not_depend_on_order():
    later = generator(3, "clip", "b").random(4)
    generator(3, "clip", "a").random(100)
    assert np.array_equal(generator(3, "clip", "b").random(4), later)
    assert integer_seed(3, "b") != integer_seed(4, "b")
    assert integer_seed(3, "1") != integer_seed(3, 1)  # a name is not a number


def test_atomic_path_leaves_the_old_file_when_the_writer_fails(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), atomic_path(target) as part:
        part.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@given(st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False)))
def test_hash_does_not_depend_on_key_order(values):
    assert sha256_of(values) == sha256_of(dict(reversed(values.items())))


def test_json_roundtrip_and_errors(tmp_path):
    value = {"b": np.float64(0.1), "a": np.arange(3), "c": tmp_path}
    write_json(tmp_path / "x.json", value)
    assert read_json(tmp_path / "x.json") == {"a": [0, 1, 2], "b": 0.1, "c": tmp_path.as_posix()}
    with pytest.raises(RecordError, match="got no file"):
        read_json(tmp_path / "y.json")
    (tmp_path / "y.json").write_text("{")
    with pytest.raises(RecordError, match="syntax error"):
        read_json(tmp_path / "y.json")
    (tmp_path / "y.json").write_bytes(b'"\xf4"')  # a letter of which one bit was flipped
    with pytest.raises(RecordError, match="syntax error"):
        read_json(tmp_path / "y.json")
    with pytest.raises(TypeError, match="has no JSON form"):
        canonical_json(object())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example(Settings):
    window: int = 28
    size: int = 224


def test_settings_refuse_unknown_keys_with_an_offer():
    assert Example.from_dict({"window": 20}).replace(size=96).to_dict() == {
        "window": 20,
        "size": 96,
    }
    with pytest.raises(ParameterError, match="got 'windw'. Did you mean 'window'"):
        Example.from_dict({"windw": 20})
    with pytest.raises(ParameterError, match="Known: size, window"):
        Example().replace(zzz=1)


@pytest.mark.parametrize("value", [0, float("nan")])
def test_a_number_that_is_too_small_is_refused(value):
    with pytest.raises(ParameterError, match=rf"w: expected at least 1, got {value}\. See w\."):
        check_at_least("w", value, 1, "See w.")
    check_at_least("w", 1, 1)


def test_a_choice_that_is_not_on_offer_is_refused_by_the_error_that_fits():
    with pytest.raises(LabError, match="lab: expected one of none, got 7. Make one."):
        check_choice("lab", 7, (), "Make one.", LabError)
    with pytest.raises(ParameterError, match=r"solver: .* got 'exakt'. Did you mean 'exact'\?"):
        check_choice("solver", "exakt", ("exact", "svr"))


def test_an_equal_file_keeps_its_time_stamp(tmp_path):
    path = tmp_path / "a.json"
    assert write_json_if_new(path, {"b": 1})
    os.utime(path, (1, 1))
    assert not write_json_if_new(path, {"b": 1})
    assert path.stat().st_mtime == 1
    assert write_json_if_new(path, {"b": 2})
    assert read_json(path) == {"b": 2}
