"""What every benchmark shares: a record says how quiet the machine was, or is not written."""

import importlib.util
import json

import pytest


@pytest.fixture
def shared(root, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("_report", root / "benchmarks" / "_report.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "RECORDS", tmp_path)
    return module


@pytest.mark.parametrize(("measured", "code"), [(2.0, 0), (0.5, 1)])
def test_on_a_quiet_machine_the_record_holds_load_and_claims(
    shared, tmp_path, monkeypatch, measured, code
):
    monkeypatch.setattr(shared, "LOAD", 0.25)
    assert shared.report("speed", [shared.Claim("ratio", measured, ">= 1")], seconds=3) == code
    record = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert (record["load"], record["seconds"]) == (0.25, 3)
    assert record["claims"][0]["passed"] is (code == 0)


def test_on_a_loaded_machine_nothing_is_written(shared, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shared, "LOAD", 6.0)
    assert shared.report("speed", [shared.Claim("ratio", 2.0, ">= 1")]) == 2
    assert not list(tmp_path.iterdir())
    assert (
        "expected a quiet machine, with a load of at most 1.5, got 6.0" in capsys.readouterr().out
    )


def test_a_cost_that_is_not_measured_again_keeps_its_date(root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(root / "benchmarks")
    costs = importlib.import_module("method_costs")
    monkeypatch.setattr(costs, "RECORD", tmp_path / "method_costs.json")
    assert costs.measured_before("quick") == {}
    old, new = (
        {"load": load, "date": day, "commit": "c"} for load, day in ((1.4, "1"), (0.2, "2"))
    )
    record = {"profile": "quick", **new, "costs": {"a": {"seconds": 3}, "b": {"seconds": 4, **old}}}
    costs.RECORD.write_text(json.dumps(record), encoding="utf-8")
    found = costs.measured_before("quick")
    assert found == {"a": {"seconds": 3, **new}, "b": {"seconds": 4, **old}}
    assert costs.measured_before("smoke") == {}
