"""Checks of Tables 1 and 2, the place and direction of the products."""

from collections import Counter

from mffcnn_book.paper._check import Computation, Quote, Verdict, check
from mffcnn_book.paper._evidence import TABLE_1_BAUM, TABLE_1_RML, TABLE_2_BAUM, TABLE_2_RML
from mffcnn_book.paper._printed import DATASETS
from mffcnn_book.paper._reported import accuracies

STAGES = {"C_2_1": 2, "C_3_1": 3, "C_4_1": 4, "C_5_1": 5}


@check(
    "table1-higher-layers",
    Verdict.CONTRADICTION,
    "For single products, higher layers are said to learn better features; the numbers go up "
    "and down.",
    TABLE_1_RML, TABLE_1_BAUM,
    Quote("Sec. 4.2", "the features learned by the higher convolutional layers are complete and"),
    reading="Stages 4 and 5 are both above stages 2 and 3, on both data sets; within the two "
    "pairs the order is reversed.",
)  # fmt: skip
def higher_layers() -> Computation:
    rows = accuracies("Table 1")
    shown, holds = [], True
    for name in DATASETS:
        single = [rows[f"T->S {site}"][name] for site in STAGES]
        holds &= single[1] < single[0] and single[3] < single[2]
        told = ", ".join(f"C_{k} {v:.2f}" for k, v in zip(STAGES.values(), single, strict=True))
        shown.append(f"{name}: {told}")
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "s-to-t-decreases",
    Verdict.CONTRADICTION,
    "With S->T the accuracy is said to fall gradually from two to four products; on BAUM-1s it "
    "rises first.",
    TABLE_2_RML, TABLE_2_BAUM,
    Quote("Sec. 4.2", "the recognition accuracy of the two, three, and four fusions gradually"),
)  # fmt: skip
def s_to_t_decreases() -> Computation:
    rows = accuracies("Table 2")
    names = [f"S->T {s}" for s in ("C_4_1, C_5_1", "C_3_1, C_4_1, C_5_1", ", ".join(STAGES))]
    falls, shown = {}, []
    for name in DATASETS:
        values = [rows[row][name] for row in names]
        falls[name] = values == sorted(values, reverse=True)
        shown.append(f"{name}: {', '.join(f'{v:.2f}' for v in values)}")
    return Computation(falls == {"RML": True, "BAUM-1s": False}, "; ".join(shown) + ".")


@check(
    "table2-sites",
    Verdict.UNSPECIFIED,
    "Table 2 leaves out single products in stages 3 and 4; stage 4 is the best single one in "
    "Table 1.",
    TABLE_1_RML, TABLE_1_BAUM, TABLE_2_RML, TABLE_2_BAUM,
    reading="This book runs both directions, and both at once, at every place.",
)  # fmt: skip
def table2_sites() -> Computation:
    single = {site: accuracies("Table 1")[f"T->S {site}"] for site in STAGES}
    missing = [site for site in STAGES if f"S->T {site}" not in accuracies("Table 2")]
    best = {max(single, key=lambda site: single[site][name]) for name in DATASETS}
    return Computation(
        missing == ["C_3_1", "C_4_1"] and best == {"C_4_1"},
        f"Without S->T: {', '.join(missing)}. Best single T->S on both data sets: "
        f"{', '.join(sorted(best))}.",
    )


@check(
    "table2-direction",
    Verdict.CONSISTENT,
    "T->S is above S->T in every pair of Table 2.",
    TABLE_2_RML, TABLE_2_BAUM,
)  # fmt: skip
def direction() -> Computation:
    rows = accuracies("Table 2")
    gaps = [
        values[name] - rows[row.replace("T->S", "S->T")][name]
        for row, values in rows.items()
        if row.startswith("T->S")
        for name in DATASETS
    ]
    above = sum(gap > 0 for gap in gaps)
    shown = f"{above} of {len(gaps)} differences, {min(gaps):.2f} to {max(gaps):.2f} points."
    return Computation(above == len(gaps) == 10, shown)


@check(
    "table1-number",
    Verdict.CONSISTENT,
    "Two products, in stages 4 and 5, are the best of Table 1, and each stage added below them "
    "lowers the accuracy.",
    TABLE_1_RML, TABLE_1_BAUM,
)  # fmt: skip
def number_of_products() -> Computation:
    rows = list(accuracies("Table 1").values())
    shown, holds = [], True
    for name in DATASETS:
        values = [row[name] for row in rows]
        holds &= max(values) == values[4] > values[5] > values[6]
        shown.append(f"{name}: {', '.join(f'{v:.2f}' for v in values[4:])}")
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "tables-1-and-2",
    Verdict.CONSISTENT,
    "Rows that stand in both Tables 1 and 2 have the same values.",
    TABLE_1_RML, TABLE_1_BAUM, TABLE_2_RML, TABLE_2_BAUM,
)  # fmt: skip
def same_rows() -> Computation:
    one, two = accuracies("Table 1"), accuracies("Table 2")
    both = [row for row in one if row in two]
    same = all(one[row] == two[row] for row in both)
    told = "all with the same values" if same else "not all with the same values"
    return Computation(same and len(both) == 5, f"{len(both)} rows stand in both, {told}.")


@check(
    "single-streams",
    Verdict.UNSUPPORTED,
    "The temporal stream is said to be the stronger one; no accuracy of either stream alone is "
    "printed.",
    Quote("Sec. 4.2", "time stream network has a stronger learning ability"),
    TABLE_1_RML, TABLE_2_RML,
    reading="This book measures each stream alone.",
)  # fmt: skip
def single_streams() -> Computation:
    rows = [*accuracies("Table 1"), *accuracies("Table 2")]
    ways = Counter(row.split()[0] for row in rows)
    told = ", ".join(f"{number} {way}" for way, number in ways.items())
    return Computation(set(ways) == {"T->S", "S->T"}, f"Rows of Tables 1 and 2: {told}.")


@check(
    "bidirectional",
    Verdict.CONTRADICTION,
    "The streams are described as connected in both directions; every row of Tables 1 and 2 is "
    "of one direction.",
    Quote("Sec. 3.5", "residual blocks are connected bidirectionally"),
    Quote("Sec. 4.2", "a multiplication fusion method from time flow to space flow"),
    TABLE_2_RML,
    reading="This book takes T->S as the method, and both directions as an experiment.",
)
def bidirectional() -> Computation:
    directions = sorted({row.split()[0] for place in ("Table 1", "Table 2")
                         for row in accuracies(place)})  # fmt: skip
    return Computation(
        "both" not in directions, f"Directions of the rows: {' and '.join(directions)}."
    )


FUSION = (
    higher_layers,
    s_to_t_decreases,
    table2_sites,
    direction,
    number_of_products,
    same_rows,
    single_streams,
    bidirectional,
)
