"""People whose names stand in names of files only: who is none, and what must be asked.

A wrong guess puts one person on both sides of a split, or two people into one.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

_GENERIC = re.compile(r"(p|s|sub|subj|subject|person|actor|vp|id|proband|participant|speaker)")


def questions(guessed: Mapping[str, Mapping[str, str]], sure: set[str]) -> tuple[str, ...]:
    """Return what somebody who knows the people must look at.

    Parameters
    ----------
    guessed : mapping of str to mapping
        Path of a clip -> its facts, with ``subject`` and ``expression``, for all clips whose
        person is guessed.
    sure : set of str
        People who are named elsewhere, too.
    """
    clips, shown = defaultdict(list), defaultdict(set)
    for path, facts in guessed.items():
        clips[facts["subject"]].append(path)
        shown[facts["subject"]].add(facts["expression"])
    asked = [f"are {', '.join(alike)} one person?" for alike in _alike({*clips, *sure})]
    single = sorted(one for one, paths in clips.items() if len(paths) == 1 and one not in sure)
    if single:
        asked.append(
            f"{len(single)} of {len(clips)} people have one clip ({_some(single)}): are these "
            "names of people?"
        )
    elif len(set().union(*shown.values())) > 1 and all(len(one) == 1 for one in shown.values()):
        asked.append(
            f"each of {_some(sorted(clips))} shows one expression only: are these names of people?"
        )
    return tuple(asked) if guessed else ()


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Return names that differ by a number, an accent or a sign only."""
    groups = defaultdict(list)
    for name in sorted(names):
        letters = unicodedata.normalize("NFKD", name.casefold())
        base = "".join(letter for letter in letters if letter.isalpha() and letter.isascii())
        if base and not _GENERIC.fullmatch(base):
            groups[base].append(name)
    return [group for group in groups.values() if len(group) > 1]


def told(guessed: Mapping[str, Mapping[str, str]]) -> str:
    """Say whose names are guessed."""
    people = sorted({facts["subject"] for facts in guessed.values()})
    return (
        f"who is seen is guessed from the names of {len(guessed)} file(s): {_some(people, 60)}; "
        "clips.csv (columns path, subject, expression) can say it better"
    )


def _some(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
