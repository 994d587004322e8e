"""One line for each step of the book, with an estimate of the time left in all.

A logger plugin of Snakemake (``--logger steps``), found because its folder is on
``PYTHONPATH``.  Snakemake's own report goes to its log file; here only the steps, their
failures and errors are shown, and the bars of the running step pass through untouched.
"""

import sys
import time
from dataclasses import dataclass, field
from logging import ERROR, LogRecord
from pathlib import Path

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.settings import LogHandlerSettingsBase

from mffcnn_core.files import read_json, write_json

GOALS = ("book", "results")  # they only name what is wanted and run nothing
LAST_LINES = 25  # of the log of a step that failed on a cluster
# Seconds of a step on 2 cores, for a first run; later runs know their own.
FIRST_GUESS = {
    "smoke": {
        "corpus": 40,
        "prepare": 20,
        "evaluate": 30,
        "notebook": 20,
        "site": 15,
    },
    "quick": {
        "corpus": 190,
        "prepare": 80,
        "evaluate": 100,
        "notebook": 30,
        "site": 60,
    },
    "wild": {
        "corpus": 300,
        "prepare": 120,
        "evaluate": 150,
        "notebook": 30,
        "site": 60,
    },
    "paper": {
        "corpus": 7200,
        "prepare": 3600,
        "evaluate": 43200,
        "notebook": 600,
        "site": 60,
    },
}


@dataclass
class LogHandlerSettings(LogHandlerSettingsBase):
    """Settings of the plugin, ``--logger-steps-timings`` and ``--logger-steps-profile``."""

    timings: str = field(
        default="", metadata={"help": "JSON file with the seconds of earlier runs"}
    )
    profile: str = field(default="quick", metadata={"help": "Profile, for the first guess"})


class Forecast:
    """What is left to do, in steps and in seconds.

    Parameters
    ----------
    steps : dict of str to int
        Rule -> how often it will run.
    known : dict of str to float
        Rule -> seconds when it last ran.
    guess : dict of str to float
        Kind of rule, the first word of its name -> seconds where nothing is known.
    """

    def __init__(
        self, steps: dict[str, int], known: dict[str, float], guess: dict[str, float]
    ) -> None:
        self.steps, self.known, self.guess = dict(steps), known, guess
        self.total = sum(steps.values())

    @property
    def number(self) -> int:
        """Number of the step that is next, from 1."""
        return self.total - sum(self.steps.values()) + 1

    def done(self, rule: str) -> None:
        """Note that a step is done."""
        self.steps[rule] -= 1

    def expected(self, rule: str) -> float:
        """Return the seconds that one run of a step should take."""
        return self.known.get(rule, self.guess.get(rule.partition("_")[0], 30))

    def left(self) -> float:
        """Return the seconds that are left, the step that is next included."""
        return sum(count * self.expected(rule) for rule, count in self.steps.items())


def about(seconds: float) -> str:
    """Return a duration as one says it of the future.

    >>> about(8), about(44), about(100), about(5400)
    ('10 s', '40 s', '2 min', '1 h 30 min')
    """
    if seconds < 55:
        return f"{max(10, round(seconds, -1)):.0f} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


class LogHandler(LogHandlerBase):
    """Writes the lines to stderr and the seconds of each step to the file of timings."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.known = self._read_timings()
        self.forecast: Forecast | None = None
        self.running: dict[int, tuple[str, float]] = {}
        self.failed: dict[str, None] = {}  # in order

    def emit(self, record: LogRecord) -> None:
        """Handle one event of Snakemake; unknown ones are left to its log file."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            steps = {k: n for k, n in record.stats.items() if k not in ("total", *GOALS)}
            guess = FIRST_GUESS.get(self.settings.profile, FIRST_GUESS["quick"])
            self.forecast = self.forecast or Forecast(steps, self.known, guess)
        elif event == LogEvent.JOB_INFO and record.rule_name not in GOALS:
            self._begin(record.jobid, record.rule_name)
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.running:
            self._finish(record.job_id)
        elif event == LogEvent.JOB_ERROR:
            self._fail(record)
        elif event is None and record.levelno >= ERROR and not _is_echo(record.getMessage()):
            self._say(record.getMessage())

    def close(self) -> None:
        """Repeat at the end which steps failed: others may have gone on for long."""
        if self.failed:
            self._say(f"\nFailed steps: {', '.join(map(_words, self.failed))}.")
            self.failed = {}
        super().close()

    def _begin(self, jobid: int, rule: str) -> None:
        self.running[jobid] = (rule, time.monotonic())
        if self.forecast:
            place = f"[{self.forecast.number}/{self.forecast.total}]"
            self._say(f"{place} {_words(rule)} · about {about(self.forecast.left())} left in all")

    def _fail(self, record: LogRecord) -> None:
        # Here, the step has said itself what went wrong; on a cluster its log has it, or the
        # message of the queue.
        self.failed[record.rule_name] = None
        words = (record.shellcmd or "").strip()
        self._say(f"\nThe step {_words(record.rule_name)} failed. Its command was\n  {words}")
        for line in (record.rule_msg or "").strip().splitlines()[:2]:
            self._say(f"  {line}")
        for log in filter(Path.is_file, map(Path, record.log or ())):
            if log.suffix == ".log":
                self._say(f"The end of {log}:")
                text = log.read_text(encoding="utf-8", errors="replace")
                self._say("\n".join(f"  {line}" for line in _last_words(text.splitlines())))

    def _finish(self, jobid: int) -> None:
        rule, start = self.running.pop(jobid)
        if self.forecast:
            self.forecast.done(rule)
        self.failed.pop(rule, None)  # it may have been tried again
        self.known[rule] = round(time.monotonic() - start, 1)
        if self.settings.timings:
            write_json(self.settings.timings, self.known)

    def _read_timings(self) -> dict[str, float]:
        path = self.settings.timings
        return read_json(path) if path and Path(path).is_file() else {}

    @staticmethod
    def _say(text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def _words(rule: str) -> str:
    kind, _, name = rule.partition("_")
    return f"notebook {name}" if kind == "notebook" else rule.replace("_", " ")


def _is_echo(message: str) -> bool:
    """Tell whether a message only repeats that a step failed."""
    return message.startswith(("Exiting because", "WorkflowError:\nAt least one job"))


def _last_words(lines: list[str]) -> list[str]:
    """Return the end of a job's log, without what Snakemake, which ran the job, adds to it."""
    epilogue = ("RuleException:", "Error in rule ")
    end = next((k for k, line in enumerate(lines) if line.startswith(epilogue)), len(lines))
    return (lines[:end] or lines)[-LAST_LINES:]
