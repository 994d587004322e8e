"""What is measured on the control corpora."""

from typing import Any

import pandas as pd

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._controls import CONTROL, CONTROL_CORPORA
from mffcnn_book.experiments._rows import HEADLINE, mffcnn
from mffcnn_book.experiments._trainings import Trainings, compared, trainings_of
from mffcnn_book.experiments._workspace import Workspace

TWO_STREAM = Configuration(pipeline="two_stream")
NO_PRODUCT = mffcnn(fusion={"fuse_stages": ()})
MEASURED = (TWO_STREAM, HEADLINE, NO_PRODUCT)


def control_table(work: Workspace) -> pd.DataFrame:
    """Return the gain of fusion and of the product on each control corpus.

    Parameters
    ----------
    work : Workspace
        Of a profile on the synthetic corpus; the controls are those of this profile.

    Returns
    -------
    DataFrame
        A row for each of ``CONTROL_CORPORA``: ``name``, ``title``, ``expected``, ``dose``;
        accuracy of two small networks from ``stills``, ``motion`` and ``both``, and the number
        of their ``trainings``; the gain of
        both ``over_stills`` and ``over_motion``, and of the ``product`` over the same two
        streams without one, each with ``_low`` and ``_high`` (95 %).  NaN where nothing is
        measured with these settings.
    """
    return pd.DataFrame([_row(work, name) for name in CONTROL_CORPORA])


def _row(work: Workspace, name: str) -> dict[str, Any]:
    control = CONTROL_CORPORA[name]
    own = Workspace.open(f"{work.profile.name}{CONTROL}{name}", work.dataset_name, root=work.root)
    small, product, none = (trainings_of(own, one) for one in MEASURED)
    row: dict[str, Any] = {
        "name": name, "title": control.title, "expected": control.expected, "dose": control.dose,
    }  # fmt: skip
    row["trainings"] = len(small.records) if small else 0
    for key, variant in (("stills", "spatial"), ("motion", "temporal"), ("both", "both")):
        row[key] = small.measures(variant)["accuracy"] if small else float("nan")
    seed = work.profile.seed
    row |= _gain("over_stills", small, "both", small, "spatial", seed)
    row |= _gain("over_motion", small, "both", small, "temporal", seed)
    return row | _gain("product", product, "both", none, "both", seed)


def _gain(
    key: str, ours: Trainings | None, variant: str, theirs: Trainings | None, other: str, seed: int
) -> dict[str, float]:
    found = None
    if ours is not None and theirs is not None:
        found = compared(ours, variant, theirs, other, seed=seed)
    if found is None:
        return dict.fromkeys((key, f"{key}_low", f"{key}_high"), float("nan"))
    return {key: found.value, f"{key}_low": found.low, f"{key}_high": found.high}
