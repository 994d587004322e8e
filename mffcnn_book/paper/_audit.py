"""All checks of the paper, by subject."""

from collections.abc import Mapping
from types import MappingProxyType

from mffcnn_book.paper._check import Check, Result, run_check
from mffcnn_book.paper._checks_citations import CITATIONS
from mffcnn_book.paper._checks_counts import COUNTS
from mffcnn_book.paper._checks_equations import EQUATIONS
from mffcnn_book.paper._checks_figures import FIGURES
from mffcnn_book.paper._checks_fusion import FUSION
from mffcnn_book.paper._checks_method import METHOD
from mffcnn_book.paper._checks_tables import TABLES
from mffcnn_book.paper._checks_unsaid import UNSAID
from mffcnn_core.settings import check_choice

CHECKS: Mapping[str, tuple[Check, ...]] = MappingProxyType(
    {
        "Tables": (*TABLES, *FUSION),
        "Confusion matrices": FIGURES,
        "Counts and chance": COUNTS,
        "Description of the method": METHOD,
        "What is not said": UNSAID,
        "Equations": EQUATIONS,
        "Citations": CITATIONS,
    }
)
"""Subject -> checks, in the order of the book."""


def audit_paper(paper_text: str | None = None) -> dict[str, Result]:
    """Run every check.

    Parameters
    ----------
    paper_text : str, optional
        The text of the paper in Markdown, to compare the quoted words with; the numbers are
        always compared with :data:`REPORTED`.

    Returns
    -------
    dict of str to Result
        By name of the check, in the order of the book.

    Examples
    --------
    >>> audit_paper()["fig8-row-sum"].shown
    'The row sums to 1121.68 as printed, to 100.00 read so.'
    """
    return {
        check.name: run_check(check, paper_text) for checks in CHECKS.values() for check in checks
    }


def find_check(name: str) -> Check:
    """Return a check by name.

    Raises
    ------
    ParameterError
        If there is none.
    """
    known = {check.name: check for checks in CHECKS.values() for check in checks}
    check_choice("check", name, known)
    return known[name]
