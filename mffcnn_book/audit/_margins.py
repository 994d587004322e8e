"""Margins of a confusion matrix: what each must be if the cells are right."""

from collections.abc import Mapping
from decimal import Decimal

from mffcnn_book.audit._counts import decimals
from mffcnn_book.audit._roles import adds_up, is_rate, kind_of
from mffcnn_book.audit._table import Margin, ResultTable

WORDS = {"total": "the sum", "recall": "the recall", "precision": "the precision", "f1": "the F1"}
GRAND = "all"
"""Stands for a class in the corner of two totals."""


def kind_of_margin(table: ResultTable, margin: Margin) -> str:
    """Return what a margin is: by name if the numbers allow it, else by the numbers.

    Empty if neither says anything.
    """
    said = kind_of(margin.name).replace("clips", "total")
    kinds = [said] if said in WORDS else []
    for kind in [*kinds, *(kind for kind in WORDS if kind not in kinds)]:
        if 2 * len(wrong(table, Margin(margin.name, margin.side, kind, margin.values))) < len(
            margin.values
        ):
            return kind
    return kinds[0] if kinds else ""


def wrong(table: ResultTable, margin: Margin) -> dict[str, Decimal]:
    """Return the classes whose value is not what the cells give, and what they give.

    Per cent do not say how often a class was predicted unless the clips are known; then
    precisions are those of classes of equal size.
    """
    found = {}
    for name, printed in margin.values.items():
        exact = _expected(table, margin, name)
        if exact is None or not _fits(table, margin, name, printed, exact):
            found[name] = Decimal(0) if exact is None else exact
    return found


def _expected(table: ResultTable, margin: Margin, name: str) -> Decimal | None:
    """Return a sum as it stands, or a share from 0 to 1; None without any clip."""
    if margin.kind == "total":
        return sum((Decimal(text) for text in _line(table, margin, name) if text), Decimal(0))
    counts, at = weights(table), table.rows.index(name)
    true, predicted = sum(counts[at]), sum(row[at] for row in counts)
    whole = {"recall": true, "precision": predicted, "f1": (true + predicted) / 2}[margin.kind]
    return counts[at][at] / whole if whole else None


def _line(table: ResultTable, margin: Margin, name: str) -> list[str]:
    if name == GRAND:
        return [text for row in table.cells for text in row]
    at = table.rows.index(name)
    return list(table.cells[at]) if margin.side == "column" else [row[at] for row in table.cells]


def _fits(table: ResultTable, margin: Margin, name: str, printed: str, exact: Decimal) -> bool:
    if margin.kind == "total":
        texts = [text for text in _line(table, margin, name) if text]
        return bool(texts) and adds_up(texts, Decimal(printed))
    if is_rate(printed, exact):
        return True
    slack = Decimal(2).scaleb(-table.places) if table.unit == "percent" else 0  # rounded cells
    return abs(Decimal(printed) - 100 * exact) <= slack + Decimal(1).scaleb(-decimals(printed))


def weights(table: ResultTable) -> list[list[Decimal]]:
    """Return the cells so that they may be added up over classes, as far as that is known."""
    numbers = table.numbers()
    if table.unit == "counts" or table.of != "true" or not _all_known(table.clips, table.rows):
        return numbers
    return [
        [cell * table.clips[name] for cell in row]
        for name, row in zip(table.rows, numbers, strict=True)
    ]


def _all_known(clips: Mapping[str, int], rows: tuple[str, ...]) -> bool:
    return all(name in clips for name in rows)


def rests_on_sizes(table: ResultTable, margin: Margin) -> bool:
    """Say whether a margin needs the sizes of the classes, which are not known."""
    adds_classes = margin.kind in ("precision", "f1") or (
        margin.kind == "total" and margin.side == "row"
    )
    return (
        adds_classes
        and table.unit == "percent"
        and table.of == "true"
        and not _all_known(table.clips, table.rows)
    )
