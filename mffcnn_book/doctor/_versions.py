"""Versions and requirements, as far as packages of this project need them.

The ``packaging`` library knows more, but the doctor must not depend on an installed one.
"""

import re
from dataclasses import dataclass
from typing import Self

_REQUIREMENT = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?(?P<spec>[^;()@]*)\)?\s*(?:;(?P<marker>.*))?$"
)
_CLAUSE = re.compile(r"^\s*(===|==|!=|~=|<=|>=|<|>)\s*([^\s]+)\s*$")


def normal_name(name: str) -> str:
    """Return a distribution's name in the one spelling that compares.

    Examples
    --------
    >>> normal_name("Opencv_Python")
    'opencv-python'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class Requirement:
    """One ``Requires-Dist`` line.

    Attributes
    ----------
    name : str
        Normal spelling.
    spec : str
        Version clauses, e.g. ``>=4.13,<5``; empty for any version.
    extra : str
        The extra that asks for it; empty for all.
    conditional : bool
        Whether a marker other than the extra decides if it applies.
    """

    name: str
    spec: str = ""
    extra: str = ""
    conditional: bool = False

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line.

        Examples
        --------
        >>> Requirement.parse("torch (>=2.14.0)").spec
        '>=2.14.0'
        >>> Requirement.parse('snakemake>=9; extra == "book"').extra
        'book'
        """
        found = _REQUIREMENT.match(line.strip())
        if found is None:  # a direct reference, e.g. name @ https://...
            return cls(normal_name(re.split(r"[\s@;\[(]", line.strip())[0]))
        marker = found["marker"] or ""
        extra = re.search(r"extra\s*==\s*['\"]([\w.-]+)['\"]", marker)
        rest = re.sub(r"extra\s*==\s*['\"][\w.-]+['\"]", "", marker)
        return cls(
            name=normal_name(found["name"]),
            spec=found["spec"].replace(" ", ""),
            extra=extra[1] if extra else "",
            conditional=bool(rest.strip(" ()")),
        )

    def __str__(self) -> str:
        return f"{self.name}{self.spec}"


def release(version: str) -> tuple[int, ...]:
    """Return the numbers of a release, filled up with zeros so that they compare.

    Examples
    --------
    >>> release("2.14.1+cpu")
    (2, 14, 1, 0, 0, 0)
    """
    found = re.match(r"v?(\d+(?:\.\d+)*)", version.strip())
    numbers = [int(part) for part in found[1].split(".")] if found else []
    return tuple([*numbers, 0, 0, 0, 0, 0, 0][:6])


def public(version: str) -> str:
    """Return a version without its local part, e.g. ``2.14.1`` of ``2.14.1+cpu``."""
    return version.split("+")[0]


def satisfies(version: str, spec: str) -> bool:
    """Tell whether a version fits every clause of a specification.

    Pre-releases count as their release, and local parts do not count.

    Examples
    --------
    >>> satisfies("4.14.0.94", ">=4.13,<5"), satisfies("5.0.0", ">=4.13,<5")
    (True, False)
    """
    return all(_fits(version, clause) for clause in spec.split(",") if clause.strip())


def _fits(version: str, clause: str) -> bool:
    found = _CLAUSE.match(clause)
    if found is None:
        return True
    operator, wanted = found.groups()
    have, want = release(version), release(wanted)
    if operator == "~=":
        stem = wanted.rpartition(".")[0]
        return have >= want and _fits(version, f"=={stem}.*")
    if operator in ("==", "===", "!="):
        if wanted.endswith(".*"):
            length = wanted.count(".")
            equal = have[:length] == want[:length]
        else:
            equal = have == want and _suffix(version) == _suffix(wanted)
        return equal != (operator == "!=")
    return {"<": have < want, "<=": have <= want, ">": have > want, ">=": have >= want}[operator]


def _suffix(version: str) -> str:
    """Return what follows the release numbers, e.g. ``.post1``."""
    return re.sub(r"^v?\d+(?:\.\d+)*", "", public(version.strip()))
