"""How to read a table of results: sums, attainable counts, precision. For anyone's numbers."""

from mffcnn_book.audit._counts import (
    attainable_counts,
    attainable_share,
    chance_of_at_most,
    decimals,
    smallest_test,
)
from mffcnn_book.audit._findings import Finding, audit_table
from mffcnn_book.audit._precision import (
    largest_disagreement,
    standard_error,
    unpaired_z,
    wilson_interval,
)
from mffcnn_book.audit._reading import read_table
from mffcnn_book.audit._table import Margin, ResultTable

__all__ = [
    "Finding",
    "Margin",
    "ResultTable",
    "attainable_counts",
    "attainable_share",
    "audit_table",
    "chance_of_at_most",
    "decimals",
    "largest_disagreement",
    "read_table",
    "smallest_test",
    "standard_error",
    "unpaired_z",
    "wilson_interval",
]
