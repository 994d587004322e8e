"""What the numbers of a table are: counts or per cent, of the true or the predicted classes."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from mffcnn_book.audit._grid import Cells, Grid
from mffcnn_book.audit._roles import Roles, adds_up

Unit = Literal["percent", "share", "counts"]
Side = Literal["rows", "columns"]
_PREDICTED = r"pred|classified|recogni[sz]ed|output|vorher"
_TRUE = r"true|actual|reference|truth|target|gold|wahr"
_OF_PREDICTED = (
    "Its {} add up to 100 and are the predicted classes: the diagonal holds precisions, not "
    "recalls."
)


def find_unit(cells: Cells, has_percent: bool, *, confusion: bool) -> Unit:
    """Return what the numbers are: whole ones that add up to nothing in particular are counts."""
    if has_percent:
        return "percent"
    flat = [Decimal(text) for row in cells for text in row if text]
    if all(number == int(number) for number in flat) and (
        confusion or all("." not in text for row in cells for text in row)
    ):
        lines = [[[text for text in line if text] for line in side]
                 for side in (cells, zip(*cells, strict=True))]  # fmt: skip
        full = any(all(adds_up(line, Decimal(100)) for line in side if line) for side in lines)
        near = any(
            all(abs(sum(map(Decimal, line)) - 100) <= Decimal(len(line)) / 2 for line in side)
            for side in lines
        )
        return "counts" if confusion and not full and not near else "percent"
    return "share" if all(0 <= number <= 1 for number in flat) else "percent"


def _who(text: str) -> str:
    """Return whether a text speaks of true or of predicted classes, by its first such word."""
    found = re.search(rf"(?P<true>{_TRUE})|(?P<predicted>{_PREDICTED})", text, re.IGNORECASE)
    return found.lastgroup if found else ""


def find_sides(
    grid: Grid,
    cells: Cells,
    roles: Roles,
    unit: Unit,
    true: Side | None,
    clips: Mapping[str, int],
) -> tuple[bool, Literal["true", "predicted", "all"], list[str]]:
    """Return whether the table is to be turned, what 100 per cent are, and why."""
    other = {"true": "predicted", "predicted": "true", "": ""}
    rows = {"rows": "true", "columns": "predicted"}.get(true) or _who(grid.about_rows)
    rows = rows or other[_who(grid.about_columns)]
    sides = cells, tuple(zip(*cells, strict=True))
    if unit == "counts":
        due = [
            {
                name: sum(Decimal(text or 0) for text in line)
                for name, line in zip(roles.classes, side, strict=True)
            }
            for side in sides
        ]
        if not rows and clips and all(due[1][n] == clips[n] != due[0][n] for n in clips):
            return True, "true", ["Its columns add up to the clips: they are the true classes."]
        if rows == "predicted":
            return True, "true", ["Its rows are the predicted classes: the table is turned."]
        return False, "true", []
    full = [
        sum(adds_up(texts, Decimal(100)) for line in side if (texts := [t for t in line if t]))
        for side in sides
    ]
    if full[1] > full[0] and 2 * full[1] > len(roles.classes):
        if rows == "true":
            return False, "predicted", [_OF_PREDICTED.format("columns")]
        return (
            True,
            "true",
            ["Its columns add up to 100: they are the true classes, and the table is turned."],
        )
    if rows == "predicted":
        of = "predicted" if full[0] else "true"
        told = ["Its rows are the predicted classes: the table is turned."]
        return True, of, told + [_OF_PREDICTED.format("rows")] * (of == "predicted")
    texts = [text for row in cells for text in row if text]
    if not any(full) and adds_up(texts, Decimal(100)):
        return False, "all", ["All cells together add up to 100: per cent of all clips."]
    return False, "true", []
