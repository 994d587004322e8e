"""What all benchmarks share: claims that pass or fail, a table, and a committed record."""

import operator
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mffcnn_core.files import write_json
from mffcnn_core.provenance import code_commit, machine, package_versions

RECORDS = Path(__file__).parents[1] / "results" / "benchmarks"
LOADED = 1.5
"""Load, in processes over the last minute, above which a machine is not quiet."""
LOAD = round(os.getloadavg()[0], 2)
"""Before anything is measured, so that it is that of others."""
_SIGNS = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Claim:
    """One bar: a measured number and the rule that it has to obey.

    Attributes
    ----------
    name : str
        What was measured, with its unit.
    measured : float
    rule : str
        ``">= 0.98"``, ``"<= 40"``, or both joined by ``" and "``.
    passed : bool
        Whether the number obeys the rule; derived.
    """

    name: str
    measured: float
    rule: str
    passed: bool = field(init=False)

    def __post_init__(self) -> None:
        rules = [part.split() for part in self.rule.split(" and ")]
        passed = all(_SIGNS[sign](self.measured, float(bar)) for sign, bar in rules)
        object.__setattr__(self, "measured", float(self.measured))
        object.__setattr__(self, "passed", bool(passed))


def report(name: str, claims: list[Claim], **facts: Any) -> int:
    """Print the claims, write ``results/benchmarks/<name>.json``, return the exit code.

    On a machine that was not quiet as the benchmark began, nothing is written and the exit
    code is 2: what others compute would be in the figures.

    Parameters
    ----------
    name : str
        Of the benchmark file.
    claims : list of Claim
    **facts
        What else belongs into the record: settings, further numbers.
    """
    width = max(len(claim.name) for claim in claims)
    print(f"\n{'claim':<{width}}  {'measured':>9}  rule")
    for claim in claims:
        verdict = "ok" if claim.passed else "FAIL"
        print(f"{claim.name:<{width}}  {claim.measured:>9.3f}  {claim.rule}  {verdict}")
    if LOAD > LOADED:
        print(
            f"\nNot recorded: expected a quiet machine, with a load of at most {LOADED:g}, got "
            f"{LOAD:.1f} at the start. Run it again when nothing else runs."
        )
        return 2
    write_json(
        RECORDS / f"{name}.json",
        {
            "benchmark": f"benchmarks/{name}.py",
            "claims": [asdict(claim) for claim in claims],
            **facts,
            "load": LOAD,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "versions": package_versions(),
            "commit": code_commit(),
        },
    )
    return 0 if all(claim.passed for claim in claims) else 1
