"""The paper's numbers as data, their audit, and where its parts come from.

Ren (2021), doi:10.3745/JIPS.02.0156.  Quotes are short; the text itself is not here.
"""

from mffcnn_book.paper._audit import CHECKS, audit_paper, find_check
from mffcnn_book.paper._check import (
    Absent,
    Check,
    Computation,
    Quote,
    Result,
    Values,
    Verdict,
    run_check,
    split_sections,
)
from mffcnn_book.paper._checks_counts import clips_of, distinct
from mffcnn_book.paper._lineage import LINEAGE, PRECURSOR_ACCURACIES, Ancestor, beside_the_precursor
from mffcnn_book.paper._printed import DATASETS
from mffcnn_book.paper._references import REFERENCES, find_reference
from mffcnn_book.paper._reported import (
    REPORTED,
    Reported,
    accuracies,
    confusion_percent,
    reported,
    value,
)

__all__ = [
    "CHECKS",
    "DATASETS",
    "LINEAGE",
    "PRECURSOR_ACCURACIES",
    "REFERENCES",
    "REPORTED",
    "Absent",
    "Ancestor",
    "Check",
    "Computation",
    "Quote",
    "Reported",
    "Result",
    "Values",
    "Verdict",
    "accuracies",
    "audit_paper",
    "beside_the_precursor",
    "clips_of",
    "confusion_percent",
    "distinct",
    "find_check",
    "find_reference",
    "reported",
    "run_check",
    "split_sections",
    "value",
]
