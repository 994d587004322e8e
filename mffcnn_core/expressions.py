"""The six expressions, their order, and the names other people give them.

Paper: Sec. 4.1 (the paper itself uses several synonyms for one class).
"""

from mffcnn_core.settings import check_choice

EXPRESSIONS: tuple[str, ...] = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
"""Canonical class names; the position in the tuple is the integer label."""

SYNONYMS: dict[str, str] = {
    "angry": "anger",
    "hate": "disgust",
    "disgusted": "disgust",
    "aversion": "disgust",
    "scared": "fear",
    "afraid": "fear",
    "fearful": "fear",
    "happy": "happiness",
    "joy": "happiness",
    "sad": "sadness",
    "surprised": "surprise",
}
"""Names found in the paper and in data sets -> canonical name."""


def canonical_expression(name: str) -> str:
    """Return the canonical name of an expression.

    Parameters
    ----------
    name : str
        A canonical name or a synonym, in any case.

    Raises
    ------
    ParameterError
        If the name is neither canonical nor a known synonym.

    Examples
    --------
    >>> canonical_expression("Hate")
    'disgust'
    """
    key = name.strip().lower()
    hint = "Map the data set's own name in its manifest (field 'expressions')."
    check_choice("expression", key, (*EXPRESSIONS, *SYNONYMS), hint)
    return SYNONYMS.get(key, key)


def label_of(name: str) -> int:
    """Return the integer label of an expression name (0-5).

    Examples
    --------
    >>> label_of("surprise")
    5
    """
    return EXPRESSIONS.index(canonical_expression(name))
