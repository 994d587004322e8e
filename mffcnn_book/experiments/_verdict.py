"""What this book found, in words that follow from records and from the checks of the paper."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mffcnn_book.experiments._comparison import Difference
from mffcnn_book.experiments._grid import Row
from mffcnn_book.experiments._grids import GRIDS, HEADLINE
from mffcnn_book.experiments._judge import (
    Judgement,
    Status,
    count,
    gather_records,
    judge_claims,
    points,
)
from mffcnn_book.experiments._table import variant_of
from mffcnn_book.experiments._trainings import Trainings, clear_ones, compared
from mffcnn_core.files import write_json

if TYPE_CHECKING:
    from mffcnn_book.experiments._workspace import Workspace

CHANCE = 1 / 6
_COMMAND = "`mffcnn evaluate operations today controls split`"
_SIMPLE = "HOG of a frame and a grid of flow, SVM"
_NO_DBN = "T->S C_4_1, C_5_1, no DBN"
WORDS: Mapping[Status, str] = {
    Status.REPRODUCED: "holds here",
    Status.SHAPE: "points the right way here, but may be chance",
    Status.NOT_SEEN: "not seen here",
    Status.CONTRADICTED: "contradicted by the paper itself",
    Status.NO_DATA: "cannot be tested without the data",
    Status.COLLAPSED: "cannot be told: the networks collapsed",
    Status.NOT_MEASURED: "not measured yet",
}
OTHERWISE = "does not hold here"
"""For what is not seen where some difference is clear with the opposite sign."""
_ABLATIONS, _AUDIT = "/notebooks/12_ablations", "/notebooks/16_audit"
PAGES: Mapping[str, str] = {
    "headline": "/notebooks/13_confusion_matrices",
    "hardest": "/notebooks/13_confusion_matrices",
    "decorrelation": "/notebooks/04_ordered_flow",
    "smoothing": "/notebooks/15_readings",
    "other-methods": "/notebooks/14_comparison",
}
"""Where a claim is looked at: the ablations, unless it stands here or is contradicted."""


def verdict(work: "Workspace") -> dict[str, Any]:
    """Return what was found, as plain values from which pages are made.

    Parameters
    ----------
    work : Workspace
        Nothing is computed.

    Returns
    -------
    dict
        ``claims``: one entry per claim with its ``text``, ``place`` in the paper, ``status``,
        ``evidence`` (number, interval, trainings) and the ``page`` that looks at it;
        ``bullets``: three sentences for the first page; ``means``: what it means for who wants
        to recognise expressions; ``runs``: for each configuration its ``seeds``, and of the
        first of them ``date``, ``commit``, ``machine``, ``load`` and ``seconds``; ``data``,
        ``profile`` and ``origin`` of the numbers.
    """
    records, origin = gather_records(work)
    judged = judge_claims(records, seed=work.profile.seed)
    found = _Found(records, work.profile.seed)
    return {
        "data": work.dataset_name,
        "profile": work.profile.name,
        "origin": origin,
        "claims": [_claim(one) for one in judged],
        "bullets": [_method(found), _product(found), _claims_in_short(judged)],
        "means": [one for tell in _MEANS if "to be measured" not in (one := tell(found))]
        or [f"None of this is measured yet: {_COMMAND} measures it."],
        "runs": [_run(name, one) for name, one in sorted(records.items())],
    }


def write_verdict(work: "Workspace") -> Path:
    """Write :func:`verdict` beside the results, where the pages look for it; return the file."""
    path = work.results_folder() / "verdict.json"
    write_json(path, verdict(work))
    return path


def _claim(one: Judgement) -> dict[str, str]:
    denied = one.status is Status.CONTRADICTED
    return {
        "name": one.claim.name,
        "text": one.claim.text,
        "place": one.claim.place,
        "status": outcome(one),
        "evidence": one.evidence,
        "page": _AUDIT if denied else PAGES.get(one.claim.name, _ABLATIONS),
    }


def _run(name: str, found: Trainings) -> dict[str, Any]:
    machine = found.run.get("machine", {})
    return {
        "configuration": name,
        "seeds": list(found.seeds),
        "date": str(found.run.get("date", ""))[:10],
        "commit": str(found.run.get("commit") or "")[:10],
        "machine": f"{machine.get('cores', '?')} cores, {machine.get('architecture', '?')}",
        "load": found.run.get("load"),
        "seconds": found.run.get("seconds"),
    }


def outcome(one: Judgement) -> str:
    """Return what has become of a claim, in the words of every page.

    Parameters
    ----------
    one : Judgement
        See :func:`judge_claims`.
    """
    against = any(pair.clear and pair.difference.value < 0 for pair in one.differences)
    return OTHERWISE if one.status is Status.NOT_SEEN and against else WORDS[one.status]


class _Found:
    """Numbers of rows, in words; where there is no record, that it is to be measured."""

    def __init__(self, records: Mapping[str, Trainings], seed: int) -> None:
        self.records, self.seed = records, seed

    def accuracy(self, row: Row) -> float | None:
        trainings = self.records.get(row.configuration.name)
        if trainings is None:
            return None
        variant = variant_of(row, trainings.first.predictions)
        return trainings.measures(variant)["accuracy"]

    def told(self, row: Row) -> str:
        trainings = self.records.get(row.configuration.name)
        if trainings is None:
            return "(to be measured)"
        measures = trainings.measures(variant_of(row, trainings.first.predictions))
        low, high = (f"{100 * measures[end]:.0f}" for end in ("low", "high"))
        luck = f"; {count(measures['trainings'], 'training')}" if trainings.seeded else ""
        return f"{100 * measures['accuracy']:.1f} % ({low} to {high}{luck})"

    def difference(self, row: Row, other: Row) -> tuple[Difference, bool] | None:
        pair = [self.records.get(one.configuration.name) for one in (row, other)]
        if None in pair:
            return None
        ours, theirs = pair
        variants = [
            variant_of(one, found.first.predictions)
            for one, found in zip((row, other), pair, strict=True)
        ]
        found = compared(ours, variants[0], theirs, variants[1], seed=self.seed)
        if found is None:
            return None
        (clear,) = clear_ones([found], luck=[ours.seeded or theirs.seeded])
        return found, clear

    def lead(self, row: Row, other: Row) -> str:
        found = self.difference(row, other)
        if found is None:
            return "(to be measured)"
        return points(found[0], "clear" if found[1] else "not clear")


def _row(grid: str, label: str) -> Row:
    return GRIDS[grid].row(label)


_HEAD = Row(label="MFFCNN", configuration=HEADLINE)


def _method(found: _Found) -> str:
    simple = _row("controls", _SIMPLE)
    told = f"The paper's method recognises {found.told(_HEAD)} of the clips of people whom it has "
    told += f"not seen; chance is {100 * CHANCE:.1f} %."
    if found.accuracy(simple) is None:
        return told
    return (
        f"{told} A support vector machine on gradients and flow, without any network, recognises "
        f"{found.told(simple)} of them."
    )


def _product(found: _Found) -> str:
    nothing, added = (_row("operations", label) for label in ("nothing", "sum"))
    if found.difference(_HEAD, nothing) is None or found.difference(_HEAD, added) is None:
        return (
            "Multiplying the streams, which gives the paper its name, has no record beside the "
            f"same network without a product, or with a sum in its place: {_COMMAND} makes them."
        )
    return (
        "Multiplying the streams, which gives the paper its name, is worth "
        f"{found.lead(_HEAD, nothing)} compared with the same network without the product, and "
        f"{found.lead(_HEAD, added)} compared with a sum in its place."
    )


def _claims_in_short(judged: list[Judgement]) -> str:
    counts = Counter(outcome(one) for one in judged)
    order = [*WORDS.values()]
    order.insert(order.index(WORDS[Status.NOT_SEEN]) + 1, OTHERWISE)
    told = "; ".join(f"{words}, {counts[words]}" for words in order if counts[words])
    return f"How the {len(judged)} claims of the paper fared: {told}."


def _simple(found: _Found) -> str:
    simple = _row("controls", _SIMPLE)
    measured = found.difference(_HEAD, simple)
    text = (
        "Begin with the simplest method. The whole method differs from a support vector machine "
        f"on gradients and flow by {found.lead(_HEAD, simple)}"
    )
    if measured is None:
        return f"{text}."
    ahead = measured[0].value > 0 and measured[1]
    sense = "the networks are worth their cost" if ahead else "no network is worth its cost yet"
    return f"{text}: here {sense}."


def _images(found: _Found) -> str:
    flow = _row("today", "flow images")
    return (
        "Ordered flow maps, the paper's first contribution, differ from plain flow images in their "
        f"place by {found.lead(_HEAD, flow)}."
    )


def _strangers(found: _Found) -> str:
    honest, claimed = (_row("split", f"MFFCNN, {name}") for name in ("strangers", "random clips"))
    return (
        "Test on people whom the method has not seen. With clips split at random, the same method "
        f"would have claimed {found.told(claimed)}; of strangers' clips it recognises "
        f"{found.told(honest)}."
    )


def _decision(found: _Found) -> str:
    rows = {
        "their own softmax": _row("controls", "its own softmax"),
        "a support vector machine on their features": _row("streams", _NO_DBN),
        "such a machine behind a deep belief network, as in the paper,": _HEAD,
    }
    return (
        "Compare classifiers for the same networks: "
        + ", ".join(f"{name} recognises {found.told(row)}" for name, row in rows.items())
        + "."
    )


_MEANS = (_simple, _images, _strangers, _decision)
