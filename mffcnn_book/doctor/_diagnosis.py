"""What a check has found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Diagnosis:
    """The answer of one check.

    Attributes
    ----------
    check : str
        What was looked at, in a word or two.
    level : {"ok", "warning", "problem"}
        A problem stops the book or the library from working; a warning may not.
    text : str
        What is the case, in plain words.
    remedy : str
        The one command that mends it; empty where nothing needs to be done.
    """

    check: str
    level: Literal["ok", "warning", "problem"]
    text: str
    remedy: str = ""
