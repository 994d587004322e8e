"""The claims of the paper, as comparisons of rows of the grids."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from mffcnn_book.experiments._grid import Row
from mffcnn_book.experiments._grids import GRIDS, HEADLINE
from mffcnn_book.paper import value
from mffcnn_core.errors import ParameterError

Pair = tuple[Row, Row]
"""The row that is claimed to be better, and the one that it is better than."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim.

    Attributes
    ----------
    name : str
    text : str
        In our words.
    place : str
        Where the paper makes it.
    pairs : tuple of (Row, Row)
        The better one and the worse one.
    contradicted_by : tuple of str
        Checks of the paper that deny it, see :func:`mffcnn_book.paper.audit_paper`.
    checks : tuple of str
        Further checks that bear on it.
    reported : {"", "accuracy", "hardest class"}
        What the paper reports on its own data sets, and no other data can tell.
    """

    name: str
    text: str
    place: str
    pairs: tuple[Pair, ...] = ()
    contradicted_by: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    reported: Literal["", "accuracy", "hardest class"] = ""


def _row(grid: str, **facts: Any) -> Row:
    found = [
        row for row in GRIDS[grid].rows if all(row.facts.get(k) == v for k, v in facts.items())
    ]
    if len(found) != 1:
        raise ParameterError(
            f"{grid}: expected one row with {facts}, got {len(found)}. The claims no longer fit "
            "the grids."
        )
    return found[0]


def _over(best: Row, others: list[Row]) -> tuple[Pair, ...]:
    return tuple((best, other) for other in others if other != best)


def _falling(*rows: Row) -> tuple[Pair, ...]:
    return tuple(pairwise(rows))


def _fused(direction: str, *stages: int) -> Row:
    return _row("table_2", direction=direction, stages=stages)


def _tuned(grid: str, optimiser: str, name: str, best: float) -> tuple[Pair, ...]:
    rows = [row for row in GRIDS[grid].rows if row.facts.get("optimiser") == optimiser]
    return _over(_row(grid, optimiser=optimiser, **{name: best}), rows)


def _unfused() -> dict[Any, Row]:
    """Return the rows of both streams without a product, and of each alone."""
    return {row.variant: row for row in GRIDS["streams"].rows if row.configuration != HEADLINE}


def claims() -> tuple[Claim, ...]:
    """Return the claims of the paper, in its order."""
    headline = _fused("T->S", 4, 5)
    return (*_of_parts(headline), *_of_products(headline), *_of_values(), *_of_results(headline))


def _of_parts(headline: Row) -> tuple[Claim, ...]:
    """Return what the paper claims of the method and of what it is made of."""
    maps, unfused = GRIDS["ledger_maps"], _unfused()
    unsmoothed = _row("ledger_maps", reading="smoothing", value="none")
    return (
        Claim(
            name="headline",
            text="MFFCNN reaches the headline accuracies on RML and BAUM-1s.",
            place="Abstract, Table 4",
            checks=(
                "headline-rml",
                "headline-is-s-to-t",
                "headline-baum",
                "rml-counts",
                "baum-counts",
            ),
            reported="accuracy",
        ),
        Claim(
            name="length",
            text="Fragments of 16 frames give the temporal network its best accuracy.",
            place="Sec. 3.2",
            pairs=_over(_row("length", length=16), list(GRIDS["length"].rows)),
            checks=("length-search", "window-against-fragment"),
        ),
        Claim(
            name="decorrelation",
            text="Eqs. 7 and 8 de-correlate the two channels of the flow.",
            place="Sec. 3.4",
            contradicted_by=("eq7-decorrelation",),
        ),
        Claim(
            name="smoothing",
            text="The weighted moving average of Eq. 3 reduces errors and noise of the flow.",
            place="Sec. 3.4",
            pairs=((maps.row(maps.baseline), unsmoothed),),
        ),
        Claim(
            name="multiplication",
            text="Multiplying the streams improves recognition.",
            place="Secs. 3.5, 5",
            pairs=((headline, unfused[None]),),
            checks=("table3-beats-the-method",),
        ),
        Claim(
            name="two-streams",
            text="Space and time together are better than either alone.",
            place="Secs. 1, 5",
            pairs=tuple((unfused[None], unfused[one]) for one in ("spatial", "temporal")),
            checks=("single-streams",),
        ),
    )


def _of_products(headline: Row) -> tuple[Claim, ...]:
    """Return what it claims of the products of the streams."""
    unfused = _unfused()
    single = {n: _fused("T->S", n) for n in (2, 3, 4, 5)}
    table_2 = ((2,), (5,), (4, 5), (3, 4, 5), (2, 3, 4, 5))
    return (
        Claim(
            name="higher-layers",
            text="With a single product, a higher layer is better.",
            place="Sec. 4.2, Table 1",
            pairs=_falling(single[5], single[4], single[3], single[2]),
            contradicted_by=("table1-higher-layers",),
        ),
        Claim(
            name="two-products",
            text="Products in stages 4 and 5 are the best choice of Table 1.",
            place="Sec. 4.2, Table 1",
            pairs=_over(
                headline,
                [*single.values(), _fused("T->S", 3, 4, 5), _fused("T->S", 2, 3, 4, 5)],
            ),
            checks=("table1-number", "no-uncertainty"),
        ),
        Claim(
            name="low-layers",
            text="Adding products in lower layers lowers the accuracy.",
            place="Sec. 4.2, Table 1",
            pairs=_falling(headline, _fused("T->S", 3, 4, 5), _fused("T->S", 2, 3, 4, 5)),
            checks=("table1-number", "no-uncertainty"),
        ),
        Claim(
            name="direction",
            text="T->S is better than S->T.",
            place="Sec. 4.2, Table 2",
            pairs=tuple((_fused("T->S", *s), _fused("S->T", *s)) for s in table_2),
            checks=("table2-direction", "direction-gap"),
        ),
        Claim(
            name="s-to-t-falls",
            text="S->T gets gradually worse from two to four products.",
            place="Sec. 4.2, Table 2",
            pairs=_falling(*(_fused("S->T", *s) for s in table_2[2:])),
            contradicted_by=("s-to-t-decreases",),
        ),
        Claim(
            name="temporal-stream",
            text="The temporal stream is stronger than the spatial one.",
            place="Sec. 4.2",
            pairs=((unfused["temporal"], unfused["spatial"]),),
            checks=("single-streams",),
        ),
    )


def _of_values() -> tuple[Claim, ...]:
    """Return what it claims of the values of settings."""
    table_3 = [
        _row("table_3", kernels=kernels, frames=3, padding="valid")
        for kernels in ((5, 3), (11, 9), (17, 15), (35, 33))
    ]
    windows = [row for row in GRIDS["figure_4"].rows
               if row.facts.get("flow_scope") == "full"]  # fmt: skip
    attenuation, rate = value("Sec. 4.3", "attenuation rho"), value("Sec. 4.3", "learning rate eta")
    return (
        Claim(
            name="kernels",
            text="Larger kernels are better, up to 17x17.",
            place="Sec. 4.3, Table 3",
            pairs=_falling(*table_3[2::-1]),
            checks=("table3-shape", "table3-confounded"),
        ),
        Claim(
            name="kernels-too-large",
            text="Kernels beyond that reduce the accuracy significantly.",
            place="Sec. 4.3, Table 3",
            pairs=((table_3[2], table_3[3]),),
            checks=("table3-significantly", "table3-confounded"),
        ),
        Claim(
            name="window",
            text="Windows of 28 flow images are best.",
            place="Sec. 4.3, Fig. 4",
            pairs=_over(_row("figure_4", window=28, flow_scope="full"), windows),
            checks=("window-against-fragment", "chosen-on-what"),
        ),
        *(
            Claim(
                name=f"{name}-{optimiser}",
                text=f"{what} is best, read as {reading}.",
                place=f"Sec. 4.3, Fig. {figure}",
                pairs=_tuned(f"figure_{figure}", optimiser, field, best),
                checks=("optimiser", "chosen-on-what"),
            )
            for name, what, figure, field, best in (
                ("rho", f"rho = {attenuation:g}", 5, "rho", attenuation),
                ("eta", f"eta = {rate:g}", 6, "eta", rate),
            )
            for optimiser, reading in (("momentum", "Eq. 12"), ("adadelta", "Eqs. 13 and 14"))
        ),
    )


def _of_results(headline: Row) -> tuple[Claim, ...]:
    """Return what it claims of its results."""
    methods = [row for row in GRIDS["table_4"].rows if row.paper]
    return (
        Claim(
            name="hardest",
            text="Disgust is the hardest class on RML, sadness on BAUM-1s.",
            place="Sec. 4.4, Figs. 7 and 8",
            checks=("hardest-class",),
            reported="hardest class",
        ),
        Claim(
            name="other-methods",
            text="MFFCNN is better than ML-UDSGPLVM, DWMV and ICLTP.",
            place="Sec. 4.5, Table 4",
            pairs=_over(headline, [row for row in methods if row.configuration != HEADLINE]),
            checks=("table4-order", "table4-gap"),
        ),
    )
