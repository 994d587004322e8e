"""The facial action units that the synthetic faces can perform.

Names and numbers are those of the Facial Action Coding System.

References
----------
P. Ekman, W. V. Friesen, J. C. Hager, "Facial Action Coding System", 2002.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mffcnn_core.settings import check_choice

ACTION_UNIT_NAMES: dict[int, str] = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    10: "upper lip raiser",
    12: "lip corner puller",
    15: "lip corner depressor",
    16: "lower lip depressor",
    17: "chin raiser",
    20: "lip stretcher",
    23: "lip tightener",
    25: "lips part",
    26: "jaw drop",
    43: "eyes closed",
}
"""FACS number -> FACS name; 43 is also what a blink is made of."""

ACTION_UNITS: tuple[int, ...] = tuple(ACTION_UNIT_NAMES)
"""FACS numbers in the order of every action-unit vector of the corpus."""

UNIT_INDEX: dict[int, int] = {unit: index for index, unit in enumerate(ACTION_UNITS)}
"""FACS number -> position in an action-unit vector."""


def action_unit_vector(intensities: Mapping[int, float]) -> npt.NDArray[np.float32]:
    """Return the action-unit vector of some units; the others rest.

    Parameters
    ----------
    intensities : mapping of int to float
        FACS number -> intensity (0 at rest, 1 at the unit's full strength).

    Returns
    -------
    ndarray of float32, shape (17,)

    Raises
    ------
    ParameterError
        If a number is not one of the corpus's action units.

    Examples
    --------
    >>> float(action_unit_vector({12: 0.5})[UNIT_INDEX[12]])
    0.5
    """
    vector = np.zeros(len(ACTION_UNITS), np.float32)
    for unit, intensity in intensities.items():
        hint = "The corpus draws no other unit of the FACS."
        check_choice("action unit", unit, ACTION_UNITS, hint)
        vector[UNIT_INDEX[unit]] = intensity
    return vector
