from collections.abc import Callable
from dataclasses import replace

import pytest

from mffcnn_book.paper import REPORTED


@pytest.fixture
def misprint(monkeypatch) -> Callable[..., None]:
    """Change one printed number in the data, for one test."""

    def change(printed: str, place: str, row: str, *, column: str = "", dataset: str = "") -> None:
        changed = [
            replace(one, printed=printed)
            if (one.place, one.row) == (place, row)
            and column in ("", one.column)
            and dataset in ("", one.dataset)
            else one
            for one in REPORTED
        ]
        assert changed != list(REPORTED), "nothing to change there"
        monkeypatch.setattr("mffcnn_book.paper._reported.REPORTED", tuple(changed))

    return change
