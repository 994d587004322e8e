"""Checks of the confusion matrices, Figs. 7 and 8."""

import numpy as np

from mffcnn_book.paper._check import Computation, Quote, Values, Verdict, check
from mffcnn_book.paper._evidence import FIG_7, FIG_8, HEADLINES, TABLE_4
from mffcnn_book.paper._printed import DATASETS
from mffcnn_book.paper._reported import accuracies, confusion_percent, reported, value
from mffcnn_core.expressions import EXPRESSIONS


@check(
    "fig8-row-sum",
    Verdict.ARITHMETIC,
    "A row of Fig. 8 contains 1032 %: a decimal point is missing.",
    Values("Fig. 8", "0 1032 61.44 0 28.24 0", row="fear"),
    reading="Read as 10.32, with which the row sums to 100.",
)
def fig8_row_sum() -> Computation:
    fear = EXPRESSIONS.index("fear")
    printed, meant = (
        np.nansum(confusion_percent("BAUM-1s", as_printed=p)[fear]) for p in (True, False)
    )
    holds = printed > 101 and abs(meant - 100) < 0.03
    return Computation(holds, f"The row sums to {printed:.2f} as printed, to {meant:.2f} read so.")


@check(
    "fig7-fig8-sums",
    Verdict.CONSISTENT,
    "All other rows of Figs. 7 and 8 sum to 100, and the diagonals have the printed averages.",
    FIG_7, FIG_8, HEADLINES,
)  # fmt: skip
def row_sums() -> Computation:
    shown, holds = [], True
    for name in DATASETS:
        matrix = confusion_percent(name, as_printed=True)
        sums, mean = np.nansum(matrix, axis=1), matrix.diagonal().mean()
        whole = int(np.sum(np.abs(sums - 100) < 0.03))
        holds &= whole == (6 if name == "RML" else 5)
        holds &= abs(mean - value("Abstract", "MFFCNN", name)) < 0.01
        shown.append(f"{name}: {whole} rows of 6 sum to 100, mean of the diagonal {mean:.2f}")
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "blank-cells",
    Verdict.CONSISTENT,
    "One cell of the row 'happy' is blank in both figures; read as 0, it completes the rows.",
    Values("Fig. 7", "0 5.63 0 70.36 24.01", row="happy"),
    Values("Fig. 8", "0 0 0 63.08 36.92", row="happy"),
)
def blank_cells() -> Computation:
    blank = [f"{one.place}, {one.row}, {one.column}" for p in ("Fig. 7", "Fig. 8")
             for one in reported(p) if not one.printed]  # fmt: skip
    row = EXPRESSIONS.index("happiness")
    sums = [confusion_percent(name)[row].sum() for name in DATASETS]
    holds = len(blank) == 2 and np.allclose(sums, 100, atol=0.03)
    shown = f"Blank: {'; '.join(blank)}. Sums without: {sums[0]:.2f} and {sums[1]:.2f}."
    return Computation(bool(holds), shown)


@check(
    "hardest-class",
    Verdict.CONSISTENT,
    "The classes that the text calls the hardest have the lowest recalls, with the values it "
    "names.",
    FIG_7, FIG_8, Values("Sec. 4.4", "57.68 58.21"),
    Quote("Sec. 4.4", "in the RML dataset, it is difficult to identify aversion"),
)  # fmt: skip
def hardest_class() -> Computation:
    shown, holds = [], True
    for name, row, expected in (("RML", "aversion", "disgust"), ("BAUM-1s", "sadness", "sadness")):
        recalls = confusion_percent(name).diagonal()
        lowest = EXPRESSIONS[int(recalls.argmin())]
        holds &= lowest == expected and recalls.min() == value("Sec. 4.4", row, name)
        shown.append(f"{name}: {lowest} {recalls.min():.2f}")
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "accuracy-or-recall",
    Verdict.UNSPECIFIED,
    "Fig. 8's mean of the six recalls equals Table 4's accuracy, though the six classes of "
    "BAUM-1s cannot be of one size.",
    FIG_8, TABLE_4, Values("Sec. 4.1", "521", "BAUM-1s", "videos of the six expressions"),
    Quote("Sec. 4.5", "Accuracy (%)"),
    reading="On classes of unequal size the two are different measures. The paper does not say "
    "which one it reports; this book reports both.",
)  # fmt: skip
def accuracy_or_recall() -> Computation:
    clips = int(value("Sec. 4.1", "videos of the six expressions", "BAUM-1s"))
    mean = confusion_percent("BAUM-1s").diagonal().mean()
    printed = accuracies("Table 4")["MFFCNN"]["BAUM-1s"]
    shown = f"Mean recall {mean:.2f}, accuracy {printed:.2f}; {clips} = 6 x {clips // 6} + "
    return Computation(abs(mean - printed) < 0.01 and clips % 6 > 0, shown + f"{clips % 6}.")


FIGURES = (fig8_row_sum, row_sums, blank_cells, hardest_class, accuracy_or_recall)
