"""The general checks, on anyone's confusion matrix or table of accuracies."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mffcnn_book.audit._counts import (
    attainable_counts,
    attainable_share,
    chance_of_at_most,
    decimals,
)
from mffcnn_book.audit._margins import WORDS, rests_on_sizes, wrong
from mffcnn_book.audit._precision import (
    largest_disagreement,
    standard_error,
    unpaired_z,
    wilson_interval,
)
from mffcnn_book.audit._table import ResultTable


@dataclass(frozen=True)
class Finding:
    """What one check says.

    Attributes
    ----------
    level : {"ok", "note", "problem"}
        A problem does not add up as printed; a note is for the reader to weigh.
    check, text : str
    """

    level: Literal["ok", "note", "problem"]
    check: str
    text: str


def audit_table(table: ResultTable) -> list[Finding]:
    """Run every check that the table allows.

    Parameters
    ----------
    table : ResultTable

    Returns
    -------
    list of Finding
        In the order: range of the cells, sums, margins and mean of the diagonal (confusion
        matrices), counts, precision.

    Examples
    --------
    >>> table = ResultTable(
    ...     rows=("SVM",), columns=("RML",), cells=(("64.57",),), clips={"RML": 720}
    ... )
    >>> [finding.level for finding in audit_table(table)]
    ['ok', 'problem', 'note']
    """
    findings = [_cells(table)]
    if table.is_confusion:
        findings += [_sums(table), *_margins(table), *_diagonal(table)]
    return findings + _counts(table) + _precision(table)


def _cells(table: ResultTable) -> Finding:
    odd = []
    for i, (name, row) in enumerate(zip(table.rows, table.cells, strict=True)):
        for column, text in zip(table.columns, row, strict=True):
            where = f"{name}, {column}"
            if table.is_confusion and not table.has_clips(i):
                continue  # a class that no clip shows
            if not text:
                odd.append(f"{where} is blank")
            elif Decimal(text) < 0 or (table.unit == "percent" and Decimal(text) > 100):
                odd.append(f"{where} is {_plain(text)}")
            elif table.unit == "counts" and decimals(text):
                odd.append(f"{where} is {text}, no whole number")
    if not odd:
        return Finding("ok", "cells", f"All cells hold {_meaning(table)}.")
    level = "note" if all(text.endswith("blank") for text in odd) else "problem"
    return Finding(level, "cells", f"Expected {_meaning(table)} in every cell: {'; '.join(odd)}.")


def _plain(text: str) -> str:
    return format(Decimal(text), "f")


def _meaning(table: ResultTable) -> str:
    return "a count" if table.unit == "counts" else "a number from 0 to 100 %"


def _sums(table: ResultTable) -> Finding:
    """Compare the sums over what 100 per cent are of, or over the clips of a class."""
    off, what = [], "row sums" if table.of == "true" else "sums"
    lines = list(zip(table.rows, table.cells, strict=True))
    if table.of == "predicted":
        lines = list(zip(table.columns, zip(*table.cells, strict=True), strict=True))
    elif table.of == "all":
        lines = [("the table", tuple(text for row in table.cells for text in row))]
    for name, row in lines:
        if not any(row):
            continue
        total = sum(Decimal(text) for text in row if text)
        due = Decimal(100) if table.unit == "percent" else table.clips.get(name)
        # each rounded cell may be off by half its last digit, a whole one if digits are cut off
        slack = len(row) * Decimal(1).scaleb(-table.places) if table.unit == "percent" else 0
        if due is not None and abs(total - due) > slack:
            off.append(f"{name} sums to {total} instead of {due}{_moved_point(row, table, due)}")
    if off:
        return Finding("problem", what, f"{'; '.join(off)}.")
    if table.unit == "counts" and not table.clips:
        told = ", ".join(f"{n} {sum(Decimal(text or 0) for text in row)}" for n, row in lines)
        return Finding("note", what, f"Clips by class: {told}. Compare with the data set.")
    each = {"true": "Every row sums", "predicted": "Every column sums", "all": "All cells sum"}
    whole = "100 % (within rounding)" if table.unit == "percent" else "the clips of its class"
    return Finding("ok", what, f"{each[table.of]} to {whole}.")


def _margins(table: ResultTable) -> list[Finding]:
    """Compare what is printed beside and below the matrix with what its cells give."""
    findings = []
    for margin in table.margins:
        where = f"The {margin.side} {margin.name!r}"
        if not margin.kind:
            text = f"{where} is neither sum nor recall, precision or F1: it is left aside."
            findings.append(Finding("note", "margins", text))
            continue
        off = wrong(table, margin)
        if off and rests_on_sizes(table, margin):
            text = f"{where} cannot be checked: it depends on how many clips a class has (--clips)."
            findings.append(Finding("note", "margins", text))
            continue
        scale = 1 if margin.kind == "total" else 100
        told = "; ".join(
            f"{name} {margin.values[name]} instead of {_short(scale * exact)}"
            for name, exact in off.items()
        )
        text = f"{where} is {WORDS[margin.kind]}" + (f", but for: {told}." if off else ".")
        findings.append(Finding("problem" if off else "ok", "margins", text))
    return findings


def _short(number: Decimal) -> str:
    return str(number) if number == int(number) else f"{number:.2f}"


def _moved_point(row: tuple[str, ...], table: ResultTable, due: Decimal | int) -> str:
    """Name the one cell that would mend the sum if its decimal point were elsewhere."""
    numbers = [Decimal(text or 0) for text in row]
    slack = len(row) * Decimal(1).scaleb(-table.places)
    for column, number in zip(table.columns, numbers, strict=True):
        for shift in (-3, -2, -1, 1, 2):
            moved = number.scaleb(shift)
            if number and abs(sum(numbers) - number + moved - due) <= slack:
                return f" ({column} {number} read as {moved} would mend it)"
    return ""


def _diagonal(table: ResultTable) -> list[Finding]:
    """Compare the printed mean with those that the diagonal gives."""
    seen = [i for i in range(len(table.rows)) if table.has_clips(i)]
    numbers = table.numbers()
    cells = [numbers[i][i] for i in seen]
    sizes = [table.clips.get(table.rows[i]) for i in seen]
    hits = None
    if table.unit == "counts" or table.of == "all":
        sizes, hits = [sum(numbers[i]) for i in seen], sum(cells)
        if not all(sizes):
            return [Finding("note", "average", "A class has no clip: no recall, no mean.")]
        cells = [100 * cell / n for cell, n in zip(cells, sizes, strict=True)]
    rates = "precisions" if table.of == "predicted" else "recalls"
    means = {f"mean of the {rates}": sum(cells) / len(cells)}
    if all(sizes) and table.of != "predicted":
        rightly = sum(cell * n for cell, n in zip(cells, sizes, strict=True))
        means["accuracy over all clips"] = rightly / sum(sizes)
    told = " and ".join(f"{name} {mean:.2f} %" for name, mean in means.items())
    if table.unit == "counts":
        told += f" ({hits} of {sum(sizes)})"
    if not table.average:
        return [Finding("note", "average", f"The diagonal gives: {told}.")]
    # the printed mean is rounded, and made of cells that are; it may be a share from 0 to 1
    scales = (1, 100) if 0 < Decimal(table.average) <= 1 else (1,)
    slack = Decimal(1).scaleb(-decimals(table.average)) + Decimal(1).scaleb(-table.places) / 2
    fits = [
        n
        for n, mean in means.items()
        if any(abs(mean - k * Decimal(table.average)) <= k * slack for k in scales)
    ]
    if not fits:
        text = f"{_plain(table.average)} is printed; the diagonal gives: {told}."
        return [Finding("problem", "average", text)]
    text = f"The printed {_plain(table.average)} is the {' and the '.join(fits)}."
    return [Finding("ok", "average", text)]


def _counts(table: ResultTable) -> list[Finding]:
    if table.unit == "counts" or table.of != "true":
        return []
    tested = [
        (name, column, text, table.clips.get(name if table.is_confusion else column))
        for name, row in zip(table.rows, table.cells, strict=True)
        for column, text in zip(table.columns, row, strict=True)
        if text and 0 < Decimal(text) <= 100
    ]
    tested = [cell for cell in tested if cell[3]]
    if not tested:
        return [Finding("note", "counts", "Give --clips to see which values can be counts.")]
    wrong = [
        f"{name}, {column} {_plain(text)} of {n}"
        for name, column, text, n in tested
        if not attainable_counts(text, n)
    ]
    share = max(attainable_share(n, min(max(decimals(text), 0), 4)) for *_, text, n in tested)
    if not wrong:
        weight = " That says little: most numbers could." if share > 0.5 else ""
        return [
            Finding("ok", "counts", f"All {len(tested)} values can be counts of clips.{weight}")
        ]
    chance = chance_of_at_most(len(tested) - len(wrong), len(tested), share)
    return [
        Finding(
            "problem",
            "counts",
            f"{len(wrong)} of {len(tested)} values are no count of clips, rounded or cut off: "
            f"{'; '.join(wrong)}. Arbitrary numbers would do as badly with a chance of "
            f"{chance:.0%}. A mean over unequal folds could explain it: does the text say so?",
        )
    ]


def _precision(table: ResultTable) -> list[Finding]:
    return _recalls(table) if table.is_confusion else _gaps(table)


def _recalls(table: ResultTable) -> list[Finding]:
    told = []
    if table.of != "true":
        return []
    for i, (name, row) in enumerate(zip(table.rows, table.cells, strict=True)):
        n, hit = table.clips.get(name), Decimal(row[i] or 0)
        if table.unit == "counts":
            n = int(sum(Decimal(text or 0) for text in row))
            hit = 100 * hit / n if n else hit
        if n and 0 <= hit <= 100:
            low, high = wilson_interval(float(hit), n)
            told.append(f"{name} {float(hit):.1f} % ({low:.0f} to {high:.0f})")
    if not told:
        return []
    text = f"Recalls with 95 % intervals, clips taken as independent: {', '.join(told)}."
    return [Finding("note", "precision", text)]


def _gaps(table: ResultTable) -> list[Finding]:
    findings = []
    for j, column in enumerate(table.columns):
        n = table.clips.get(column)
        told = {
            name: float(row[j])
            for name, row in zip(table.rows, table.cells, strict=True)
            if row[j] and 0 <= float(row[j]) <= 100
        }
        if not n or not told:
            continue
        best = max(told, key=told.__getitem__)
        text = f"{column}: best {best} {told[best]:g} %, standard error "
        text += f"{standard_error(told[best], n):.1f} points."
        for name, percent in told.items():
            if name != best and percent < told[best]:
                most = largest_disagreement(told[best] - percent, n)
                paired = (
                    "within chance on any clips"
                    if most is None
                    else "beyond chance"
                    if most >= n
                    else f"beyond chance only if the two differ on at most {most} clips"
                )
                z = unpaired_z(told[best], percent, n)
                text += f" {name}: {told[best] - percent:.2f} points less, {z:.1f} standard errors "
                text += f"if unpaired; paired, {paired}."
        findings.append(Finding("note", "precision", text))
    return findings
