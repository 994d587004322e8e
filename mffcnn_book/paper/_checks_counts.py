"""Checks of the printed accuracies as counts of clips, and of their differences against chance.

The plain reading: every clip is tested once, so that an accuracy is k clips of n, printed with
two decimals, rounded or cut off.  Under it no value can be unattainable.
"""

from itertools import combinations

from mffcnn_book.audit import (
    attainable_counts,
    attainable_share,
    chance_of_at_most,
    largest_disagreement,
    smallest_test,
    standard_error,
    unpaired_z,
)
from mffcnn_book.paper._check import Absent, Computation, Quote, Values, Verdict, check
from mffcnn_book.paper._evidence import (
    FIG_7,
    HEADLINES,
    TABLE_1_BAUM,
    TABLE_1_RML,
    TABLE_2_BAUM,
    TABLE_2_RML,
    TABLE_3_BAUM,
    TABLE_3_RML,
    TABLE_4,
)
from mffcnn_book.paper._printed import DATASETS
from mffcnn_book.paper._reported import accuracies, reported, value

RML_CLIPS = Values("Sec. 4.1", "720", "RML", "videos")
BAUM_CLIPS = Values("Sec. 4.1", "521", "BAUM-1s", "videos of the six expressions")
FOLDS = (
    "If the accuracies are means over folds, folds of equal size give counts of all clips again; "
    "means over unequal folds, or over repeated runs, could explain it. The text names neither."
)
NO_FOLDS = Absent(("fold", "leave-one", "cross-valid"))


def clips_of(dataset: str) -> int:
    """Return how many clips of a data set are tested, after the paper."""
    row = "videos" if dataset == "RML" else "videos of the six expressions"
    return int(value("Sec. 4.1", row, dataset))


def distinct(dataset: str) -> list[str]:
    """Return the different accuracies of Tables 1-4 on a data set, as printed."""
    printed = {one.printed for n in (1, 2, 3, 4) for one in reported(f"Table {n}", dataset=dataset)}
    return sorted(printed)


def _count_check(dataset: str) -> tuple[list[str], list[str], str]:
    """Return the values, those that are counts if rounded, and the computation in words."""
    n, values = clips_of(dataset), distinct(dataset)
    rounded = [v for v in values if attainable_counts(v, n, cut=False)]
    either = [v for v in values if attainable_counts(v, n)]
    share = attainable_share(n)
    chance = chance_of_at_most(len(either), len(values), share)
    misprints = chance_of_at_most(len(either), len(values), 0.9)
    return (
        values,
        rounded,
        f"Of {len(values)} different values, {len(rounded)} are k/{n} if rounded"
        + (f" ({', '.join(rounded)})" if rounded else "")
        + f" and {len(either)} if digits may be cut off, too. In the plain reading all must be; if "
        f"every tenth value were a misprint, the chance of so few would be {misprints:.0e}. "
        f"Arbitrary two-decimal numbers are counts in {share:.0%} of cases; the chance of so few "
        f"is then {chance:.0%}.",
    )


@check(
    "rml-counts",
    Verdict.COUNT,
    "No accuracy on RML in Tables 1-4 is a number of clips out of 720.",
    RML_CLIPS, TABLE_1_RML, TABLE_2_RML, TABLE_3_RML, TABLE_4, NO_FOLDS,
    reading=FOLDS,
)  # fmt: skip
def rml_counts() -> Computation:
    values, rounded, shown = _count_check("RML")
    return Computation(len(values) == 18 and not rounded, shown)


@check(
    "baum-counts",
    Verdict.COUNT,
    "Two of the accuracies on BAUM-1s in Tables 1-4 are a number of clips out of 521, the others "
    "are not.",
    BAUM_CLIPS, TABLE_1_BAUM, TABLE_2_BAUM, TABLE_3_BAUM, TABLE_4, NO_FOLDS,
    reading=FOLDS,
)  # fmt: skip
def baum_counts() -> Computation:
    values, rounded, shown = _count_check("BAUM-1s")
    return Computation(len(values) == 20 and rounded == ["55.47", "58.35"], shown)


@check(
    "smaller-test",
    Verdict.COUNT,
    "A smaller test set does not explain the accuracies either.",
    RML_CLIPS, BAUM_CLIPS, TABLE_1_RML, TABLE_2_RML, TABLE_3_RML, TABLE_1_BAUM, TABLE_2_BAUM,
    TABLE_3_BAUM, TABLE_4,
    reading=FOLDS,
)  # fmt: skip
def smaller_test() -> Computation:
    smallest = {name: smallest_test(distinct(name)) for name in DATASETS}
    holds = all(n is not None and n > clips_of(name) for name, n in smallest.items())
    told = (f"{name}: {n} (it has {clips_of(name)})" for name, n in smallest.items())
    return Computation(holds, f"Fewest clips that make all values counts: {', '.join(told)}.")


@check(
    "fig7-counts",
    Verdict.COUNT,
    "If the six classes of RML are of one size, one cell of Fig. 7 is a number of clips out of "
    "120.",
    FIG_7, RML_CLIPS, Values("Sec. 4.1", "6", "RML", "expressions"),
    reading="That the classes are of one size is known of the data set, not said in the paper. "
    "Shares that are averaged over people could explain it.",
)  # fmt: skip
def fig7_counts() -> Computation:
    n = clips_of("RML") // int(value("Sec. 4.1", "expressions", "RML"))
    cells = [one.printed for one in reported("Fig. 7") if one.column and one.value]
    counts = [text for text in cells if attainable_counts(text, n)]
    shown = f"{len(counts)} of {len(cells)} cells above 0 are k/{n}: {', '.join(counts)}."
    return Computation(counts == ["63.33"], shown)


@check(
    "no-uncertainty",
    Verdict.UNSUPPORTED,
    "No run is repeated and no interval given; most differences between rows of Tables 1-3 are "
    "smaller than one standard error.",
    RML_CLIPS, BAUM_CLIPS, TABLE_1_RML, TABLE_1_BAUM, TABLE_2_RML, TABLE_2_BAUM, TABLE_3_RML,
    TABLE_3_BAUM, HEADLINES,
    Absent(("standard deviation", "standard error", "confidence", "repeat", "random seed")),
    reading="The standard error is the binomial one of a single accuracy, clips taken as "
    "independent; people are fewer than clips. On the same clips a paired test can see smaller "
    "differences, but needs the answers clip by clip.",
)  # fmt: skip
def no_uncertainty() -> Computation:
    shown, holds = [], True
    for name in DATASETS:
        error = standard_error(value("Abstract", "MFFCNN", name), clips_of(name))
        gaps = [
            abs(a[name] - b[name])
            for place in ("Table 1", "Table 2", "Table 3")
            for a, b in combinations(accuracies(place).values(), 2)
        ]
        small = sum(gap < error for gap in gaps)
        holds &= small > len(gaps) / 2
        shown.append(f"{name}: {error:.2f} points, {small} of {len(gaps)} differences are smaller")
    return Computation(bool(holds), f"Standard error of the headline on {'; on '.join(shown)}.")


@check(
    "direction-gap",
    Verdict.UNSUPPORTED,
    "The gap between T->S and S->T is too small to tell from percentages alone.",
    TABLE_2_RML, TABLE_2_BAUM, RML_CLIPS, BAUM_CLIPS,
    Quote("Sec. 4.2", "time stream network has a stronger learning ability"),
    reading="All five pairs on both data sets point one way, which is evidence; but the pairs "
    "share their test clips, and the data sets count once each.",
)  # fmt: skip
def direction_gap() -> Computation:
    rows, shown, holds = accuracies("Table 2"), [], True
    for name in DATASETS:
        a, b = (rows[f"{way} C_4_1, C_5_1"][name] for way in ("T->S", "S->T"))
        z, most = unpaired_z(a, b, clips_of(name)), largest_disagreement(a - b, clips_of(name))
        holds &= abs(z) < 1.96
        paired = (
            "within chance" if most is None else f"beyond chance if they differ on at most {most}"
        )
        shown.append(
            f"{name}, two products: {a - b:.2f} points, {z:.1f} standard errors unpaired; paired, "
            f"{paired}" + (f" of {clips_of(name)} clips" if most is not None else "")
        )
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "table3-significantly",
    Verdict.UNSUPPORTED,
    "A kernel that is too large is said to reduce the accuracy significantly; the fall is within "
    "two standard errors of a difference.",
    TABLE_3_RML, TABLE_3_BAUM, RML_CLIPS, BAUM_CLIPS,
    Quote("Sec. 4.3", "it will reduce the recognition rate significantly"),
)  # fmt: skip
def table3_significantly() -> Computation:
    best, last = list(accuracies("Table 3").values())[2:]
    shown, holds = [], True
    for name in DATASETS:
        n, fall = clips_of(name), best[name] - last[name]
        z = unpaired_z(best[name], last[name], n)
        holds &= z < 1.96
        shown.append(f"{name}: {fall:.2f} points, {fall * n / 100:.1f} clips, z = {z:.2f} unpaired")
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "table4-gap",
    Verdict.UNSUPPORTED,
    "The gap to the second best method of Table 4 is the largest in the paper, and still below "
    "two standard errors if nothing but the accuracies is known.",
    TABLE_4, RML_CLIPS, BAUM_CLIPS,
    Quote("Sec. 4.5", "MFFCNN can achieve a higher recognition accuracy rate"),
    reading="Answers clip by clip would probably settle it: paired comparisons see more.",
)  # fmt: skip
def table4_gap() -> Computation:
    rows, shown, holds = accuracies("Table 4"), [], True
    for name in DATASETS:
        a, b = rows["MFFCNN"][name], rows["ICTP"][name]
        n = clips_of(name)
        z, most = unpaired_z(a, b, n), largest_disagreement(a - b, n)
        holds &= 1 < z < 1.96
        shown.append(
            f"{name}: {a - b:.2f} points, z = {z:.2f} unpaired; paired, beyond chance if the two "
            f"differ on at most {most} of {n} clips"
        )
    return Computation(bool(holds), "; ".join(shown) + ".")


COUNTS = (
    rml_counts,
    baum_counts,
    smaller_test,
    fig7_counts,
    no_uncertainty,
    direction_gap,
    table3_significantly,
    table4_gap,
)
