"""Numbers as people write them: decimal commas, and signs between thousands."""

import re

_WHOLE = r"[-+]?(?:\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+|\d+)"


def decimal_comma(cells: list[str]) -> bool | None:
    """Say whether numbers have a decimal comma.

    Parameters
    ----------
    cells : list of str
        Those of a table that may be numbers; others are passed over.

    Returns
    -------
    bool or None
        None where it cannot be told: every comma stands before three digits, so that
        ``1,234`` may be 1.234 as well as 1234.

    Examples
    --------
    >>> decimal_comma(["75,0", "16,7"]), decimal_comma(["1,234.5"]), decimal_comma(["1,234"])
    (True, False, None)
    """
    numbers = [cell.removesuffix("%").strip() for cell in cells]
    commas = [one for one in numbers if re.fullmatch(rf"{_WHOLE}(\.\d{{3}})*,\d+|,\d+", one)]
    points = [one for one in numbers if re.fullmatch(rf"{_WHOLE}(,\d{{3}})*\.\d+|\.\d+", one)]
    if not commas:
        return False
    sure = [
        one for one in commas if "." in one or not re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", one)
    ]
    if sure and not [one for one in points if not re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", one)]:
        return True
    return False if points else None


def plain_number(cell: str, *, comma: bool = False) -> str:
    """Return a number as Python writes it: a decimal point, and nothing between thousands.

    Examples
    --------
    >>> plain_number("1.234,50", comma=True), plain_number("1 234"), plain_number("few")
    ('1234.50', '1234', 'few')
    """
    point, thousands = (",", ".") if comma else (".", ",")
    text = cell.replace("−", "-")
    whole = rf"[-+]?(?:\d{{1,3}}(?:[{re.escape(thousands)} \u00a0\u2009\u202f'’]\d{{3}})+|\d*)"
    if not re.fullmatch(rf"{whole}(?:{re.escape(point)}\d*)?", text) or not re.search(r"\d", text):
        return cell
    return re.sub(r"[^\d+.-]", "", text.replace(thousands, "").replace(point, "."))
