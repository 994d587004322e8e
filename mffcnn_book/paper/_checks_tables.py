"""Checks of Tables 1-4 against each other and against the text."""

from mffcnn_book.paper._check import Computation, Quote, Values, Verdict, check
from mffcnn_book.paper._evidence import (
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
from mffcnn_book.paper._reported import accuracies, value


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
    "The headline accuracy on BAUM-1s appears in no table of the method's variants.",
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


TABLES = (
    headline_rml,
    headline_is_s_to_t,
    headline_baum,
    simple_network,
    table3_shape,
    table3_confounded,
    table4_order,
)
