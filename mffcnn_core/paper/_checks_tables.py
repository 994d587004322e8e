"""Checks of Tables 1-4 and Figs. 7-8 against each other and against the text."""

from collections import Counter

import numpy as np

from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.paper._check import Computation, Quote, Values, Verdict, check
from mffcnn_core.paper._printed import DATASETS
from mffcnn_core.paper._reported import accuracies, confusion_percent, reported, value

TABLE_1_RML = Values("Table 1", "62.67 61.45 64.04 63.21 65.02 64.78 63.81", "RML")
TABLE_1_BAUM = Values("Table 1", "56.33 55.14 58.63 58.32 60.21 59.33 57.43", "BAUM-1s")
TABLE_2_RML = Values(
    "Table 2", "62.67 61.35 63.21 62.03 65.02 64.57 64.78 64.07 63.81 62.73", "RML"
)
TABLE_2_BAUM = Values(
    "Table 2", "56.33 55.47 58.32 57.34 60.21 58.35 59.33 58.67 57.43 56.82", "BAUM-1s"
)
TABLE_3_RML = Values("Table 3", "63.52 64.66 65.36 63.21", "RML")
TABLE_3_BAUM = Values("Table 3", "59.32 60.81 62.34 61.03", "BAUM-1s")
TABLE_4 = Values("Table 4", "57.66 53.06 58.64 54.09 60.07 55.29 64.57 60.89")
HEADLINES = Values("Abstract", "64.57 60.89")
FIG_7 = Values(
    "Fig. 7",
    "68.31 20.13 11.56 0 0 0 0 57.68 13.02 0 15.23 14.07 31.24 0 63.33 0 0 5.43 0 5.63 0 70.36 "
    "24.01 0 0 15.37 0 60.68 23.95 0 0 0 0 32.94 67.06 64.57",
)
FIG_8 = Values(
    "Fig. 8",
    "65.31 0 34.69 0 0 0 0 58.56 25.61 0 15.83 0 0 1032 61.44 0 28.24 0 0 0 0 63.08 36.92 0 21.43 "
    "17.12 3.24 58.21 0 6.88 34.38 0 0 0 58.74 60.89",
)
STAGES = {"C_2_1": 2, "C_3_1": 3, "C_4_1": 4, "C_5_1": 5}


def _best(place: str, dataset: str) -> float:
    return max(row[dataset] for row in accuracies(place).values())


@check(
    "headline-rml",
    Verdict.CONTRADICTION,
    "The headline accuracy on RML is lower than the best of Tables 1, 2 and 3.",
    HEADLINES, TABLE_1_RML, TABLE_2_RML, TABLE_3_RML, TABLE_4,
    Quote("Abstract", "can reach 64.57%"),
    reading="The slip is not in the paper's favour. This book takes T->S in stages 4 and 5, the "
    "best of Tables 1 and 2, as the method.",
)  # fmt: skip
def headline_rml() -> Computation:
    headline = value("Abstract", "MFFCNN", "RML")
    best = {place: _best(place, "RML") for place in ("Table 1", "Table 2", "Table 3")}
    holds = headline == accuracies("Table 4")["MFFCNN"]["RML"] and headline < min(best.values())
    told = ", ".join(f"{place}: {top:.2f}" for place, top in best.items())
    return Computation(holds, f"Headline {headline:.2f}. Best of {told}.")


@check(
    "headline-is-s-to-t",
    Verdict.CONTRADICTION,
    "In Table 2 the headline of RML is the value of S->T, the direction that the text calls the "
    "weaker one; on BAUM-1s that row has another value than the headline.",
    HEADLINES,
    Values("Table 2", "64.57 58.35", row="S->T C_4_1, C_5_1"),
    Quote("Sec. 4.2", "“time flow to space flow” is better than that using “space flow to time"),
    reading="A number taken from the wrong line of a table is the simplest explanation; nothing "
    "in the text settles it.",
)
def headline_is_s_to_t() -> Computation:
    rows = accuracies("Table 2")
    rml, baum = (value("Abstract", "MFFCNN", name) for name in DATASETS)
    same = [name for name, row in rows.items() if row["RML"] == rml]
    holds = same == ["S->T C_4_1, C_5_1"] and rows[same[0]]["BAUM-1s"] != baum
    return Computation(
        holds,
        f"{rml:.2f} on RML stands in the row {', '.join(same)}, whose BAUM-1s value is "
        f"{rows[same[0]]['BAUM-1s']:.2f} (headline {baum:.2f})." if same else "No such row.",
    )  # fmt: skip


@check(
    "headline-baum",
    Verdict.CONTRADICTION,
    "The headline accuracy on BAUM-1s stands in no table of the method's variants.",
    HEADLINES, TABLE_1_BAUM, TABLE_2_BAUM, TABLE_3_BAUM,
    Quote("Sec. 4.4", "when the spatial-temporal features are fused"),
)  # fmt: skip
def headline_baum() -> Computation:
    headline = value("Abstract", "MFFCNN", "BAUM-1s")
    places = ("Table 1", "Table 2", "Table 3")
    printed = [row["BAUM-1s"] for place in places for row in accuracies(place).values()]
    tops = ", ".join(f"{place}: {_best(place, 'BAUM-1s'):.2f}" for place in places)
    return Computation(headline not in printed, f"Headline {headline:.2f}. Best of {tops}.")


@check(
    "fig8-row-sum",
    Verdict.ARITHMETIC,
    "A row of Fig. 8 holds 1032 %: a decimal point is missing.",
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
    "One cell of the row 'happy' is blank in both figures; read as 0 the rows are whole.",
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
    "table1-higher-layers",
    Verdict.CONTRADICTION,
    "Of single products, higher layers are said to learn the better features; the numbers go up "
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
    return Computation(same and len(both) == 5, f"{len(both)} rows, all equal: {same}.")


@check(
    "table3-beats-the-method",
    Verdict.CONTRADICTION,
    "The best of the simple two-layer networks is above every number of the full method.",
    TABLE_1_RML, TABLE_1_BAUM, TABLE_2_RML, TABLE_2_BAUM, TABLE_3_RML, TABLE_3_BAUM, HEADLINES,
    Quote("Sec. 4.5", "can effectively improve the recognition accuracy of CNN model"),
    Quote("Sec. 4.3", "A three-frame CNN structure is used"),
    reading="The text does not say whether Table 3 was measured with the same split.",
)  # fmt: skip
def simple_network() -> Computation:
    shown, holds = [], True
    for name in DATASETS:
        simple = _best("Table 3", name)
        full = max(_best(place, name) for place in ("Table 1", "Table 2", "Abstract"))
        holds &= simple > full
        shown.append(f"{name}: {simple:.2f} against {full:.2f}")
    return Computation(bool(holds), "; ".join(shown) + ".")


@check(
    "table3-shape",
    Verdict.CONSISTENT,
    "In Table 3 the accuracy rises with the kernels up to 17x17 and is lower for 35x35, as the "
    "text says.",
    TABLE_3_RML, TABLE_3_BAUM,
    Quote("Sec. 4.3", "the recognition rate gradually increases, but there will be a threshold"),
)  # fmt: skip
def table3_shape() -> Computation:
    rows = list(accuracies("Table 3").values())
    values = {name: [row[name] for row in rows] for name in DATASETS}
    holds = all(v[:3] == sorted(v[:3]) and v[3] < v[2] for v in values.values())
    told = (f"{name}: {', '.join(f'{x:.2f}' for x in v)}" for name, v in values.items())
    return Computation(holds, "; ".join(told) + ".")


@check(
    "table3-confounded",
    Verdict.UNSUPPORTED,
    "Table 3 changes two things at once: a larger kernel without padding also shrinks the fully "
    "connected layer.",
    TABLE_3_RML, TABLE_3_BAUM,
    Quote("Sec. 3.3", "two convolutional layers, a down-sampling layer, a fully connected layer"),
    Quote("Sec. 3.3", r"$128 \times 128$ pixel"),
    Quote("Sec. 4.3", "neurons in the fully connected layer is set to 64"),
    reading="Counted in this book's reading of Fig. 2 (no padding, pooling by 2 after the first "
    "layer). Experiments with padding are beside it.",
)  # fmt: skip
def table3_confounded() -> Computation:
    sizes = {}
    for name in accuracies("Table 3"):
        first, second = (int(side.split("x")[0]) for side in name.split(" and "))
        side = (128 - first + 1) // 2 - second + 1
        sizes[name] = 16 * side * side * 64
    shown = ", ".join(f"{name}: {size / 1e6:.2f} million" for name, size in sizes.items())
    most, *_, fewest = sizes.values()
    return Computation(most == 16 * fewest, f"Weights of the fully connected layer: {shown}.")


@check(
    "table4-order",
    Verdict.CONSISTENT,
    "MFFCNN is above the three other methods of Table 4 on both data sets, and all four keep "
    "their order.",
    TABLE_4,
)
def table4_order() -> Computation:
    rows = accuracies("Table 4")
    orders = [sorted(rows, key=lambda name: rows[name][dataset]) for dataset in DATASETS]
    holds = orders[0] == orders[1] and orders[0][-1] == "MFFCNN"
    return Computation(holds, f"From the lowest: {', '.join(orders[0])}.")


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
    reading="This book has T->S as the method, and both directions as an experiment.",
)
def bidirectional() -> Computation:
    directions = sorted({row.split()[0] for place in ("Table 1", "Table 2")
                         for row in accuracies(place)})  # fmt: skip
    return Computation("both" not in directions, f"Directions: {', '.join(directions)}.")


@check(
    "accuracy-or-recall",
    Verdict.UNSPECIFIED,
    "Fig. 8's mean of the six recalls equals Table 4's accuracy, though the six classes of "
    "BAUM-1s cannot be of one size.",
    FIG_8, TABLE_4, Values("Sec. 4.1", "521", "BAUM-1s", "videos of the six expressions"),
    Quote("Sec. 4.5", "Accuracy (%)"),
    reading="On classes of unequal size the two are different measures. Which one was reported is "
    "not said; this book reports both.",
)  # fmt: skip
def accuracy_or_recall() -> Computation:
    clips = int(value("Sec. 4.1", "videos of the six expressions", "BAUM-1s"))
    mean = confusion_percent("BAUM-1s").diagonal().mean()
    printed = accuracies("Table 4")["MFFCNN"]["BAUM-1s"]
    shown = f"Mean recall {mean:.2f}, accuracy {printed:.2f}; {clips} = 6 x {clips // 6} + "
    return Computation(abs(mean - printed) < 0.01 and clips % 6 > 0, shown + f"{clips % 6}.")


TABLES = (
    headline_rml,
    headline_is_s_to_t,
    headline_baum,
    fig8_row_sum,
    row_sums,
    blank_cells,
    hardest_class,
    higher_layers,
    s_to_t_decreases,
    table2_sites,
    direction,
    number_of_products,
    same_rows,
    simple_network,
    table3_shape,
    table3_confounded,
    table4_order,
    single_streams,
    bidirectional,
    accuracy_or_recall,
)
