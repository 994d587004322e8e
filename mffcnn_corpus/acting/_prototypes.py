"""Which action units make up an expression: the prototypes, as data.

Book: ch. 1.  The prototypes follow EMFACS [1]_ and the table of prototypes in the FACS
Investigator's Guide [2]_.  The units that photographed people were found to use for the
same labels [3]_ agree with them in the main.  The strengths are this project's choice.

References
----------
.. [1] Ekman, P. and Friesen, W. V. EMFACS-7: Emotional Facial Action Coding System.
   Unpublished manual, University of California, 1983.
.. [2] Ekman, P., Friesen, W. V. and Hager, J. C. Facial Action Coding System: The Manual,
   and Investigator's Guide. Research Nexus, Salt Lake City, 2002.
.. [3] Du, S., Tao, Y. and Martinez, A. M. Compound facial expressions of emotion.
   PNAS 111(15):E1454-E1462, 2014.
"""

from collections.abc import Mapping
from types import MappingProxyType

PROTOTYPES: Mapping[str, Mapping[int, float]] = MappingProxyType(
    {
        "anger": {4: 1.0, 5: 0.55, 7: 0.8, 17: 0.3, 23: 0.9},
        "disgust": {4: 0.3, 7: 0.3, 9: 0.9, 10: 0.6, 15: 0.5, 17: 0.5},
        "fear": {1: 0.9, 2: 0.6, 4: 0.5, 5: 0.9, 7: 0.3, 20: 0.8, 25: 0.6, 26: 0.25},
        "happiness": {6: 0.8, 12: 0.95, 25: 0.6},
        "sadness": {1: 0.9, 4: 0.5, 15: 0.9, 17: 0.5, 43: 0.18},
        "surprise": {1: 1.0, 2: 1.0, 5: 0.8, 25: 0.4, 26: 0.85},
    }
)
"""Expression -> action unit -> strength at full intensity, 0-1 (FACS level E is 1)."""

APEX_PARTNERS: Mapping[str, str] = MappingProxyType(
    {"anger": "disgust", "disgust": "anger", "fear": "surprise", "surprise": "fear"}
)
"""The class that a same-apex take cannot be told from on a still picture."""
