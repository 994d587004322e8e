"""Labs by name, and every planted copy of a lab marked once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from mffcnn_book.labs import (
    Lab,
    Mark,
    find_lab,
    find_labs,
    graded_part,
    load_planted,
    make_copy,
    mark_copies,
)

LABS = find_labs(Path(__file__).resolve().parents[2])


@pytest.fixture(params=[lab.number for lab in LABS], ids=[lab.name for lab in LABS])
def lab(request, root) -> Lab:
    """One lab after the other."""
    return find_lab(root, request.param)


@pytest.fixture(scope="session")
def marks_of() -> Callable[[Lab], dict[str, dict[str, Mark]]]:
    """Mark the key, the blank, the half-done and the wrong copies of a lab, side by side."""

    @cache
    def marks(lab: Lab) -> dict[str, dict[str, Mark]]:
        planted = load_planted(lab)
        visible = {
            f"visible {name}": graded_part(make_copy(lab, answers=None, edit=wrong, hidden=False))
            for name, wrong in planted.wrong.items()
        }
        copies = visible | {
            "key": make_copy(lab, answers=None),
            "another key": make_copy(lab, answers=None, student="Ada Lovelace"),
            "blank": make_copy(lab, answers=()),
            "half": make_copy(lab, answers=planted.half_answers),
            **{
                name: graded_part(make_copy(lab, answers=None, edit=edit))
                for name, edit in {**planted.wrong, **planted.right}.items()
            },
        }
        return mark_copies(copies, jobs=2)

    return marks
