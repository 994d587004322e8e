"""The estimate that stands before each step."""

import importlib.util

import pytest


@pytest.fixture(scope="module")
def steps(root):
    path = root / "workflow" / "snakemake_logger_plugin_steps" / "__init__.py"
    spec = importlib.util.spec_from_file_location("steps", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_seconds_of_earlier_runs_win_over_the_guess(steps):
    counts = {"corpus": 1, "notebook_01_corpus": 1, "notebook_02_x": 1}
    forecast = steps.Forecast(
        counts, known={"notebook_01_corpus": 7}, guess={"corpus": 100, "notebook": 20}
    )
    assert (forecast.number, forecast.total, forecast.left()) == (1, 3, 127)
    forecast.done("corpus")
    assert (forecast.number, forecast.left()) == (2, 27)
    forecast.done("notebook_02_x")
    assert (forecast.number, forecast.left()) == (3, 7)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "10 s"), (44, "40 s"), (54, "50 s"), (56, "1 min"), (100, "2 min"), (5400, "1 h 30 min")],
)
def test_a_duration_in_round_words(steps, seconds, words):
    assert steps.about(seconds) == words


def test_every_profile_of_the_repository_has_a_first_guess(steps, root):
    profiles = {path.stem for path in (root / "notebooks" / "profiles").glob("*.yaml")}
    assert profiles <= set(steps.FIRST_GUESS)


def test_the_last_words_of_a_job_are_its_own(steps):
    own = [f"line {k}" for k in range(40)] + ["RuntimeError: a fault"]
    added = ["RuleException:", "CalledProcessError"] + 30 * ["Error in rule prepare:"]
    shown = steps._last_words(own + added)
    assert shown[-1] == "RuntimeError: a fault"
    assert len(shown) == steps.LAST_LINES
    assert steps._last_words(own) == shown
    assert steps._last_words(added) == added[-steps.LAST_LINES :]
