"""What is wrong with an environment, in plain words, and the one command that mends it.

Only the standard library is imported here, and whatever might be broken is tried in a
process of its own: the doctor must stand where everything else has fallen.
"""

from mffcnn_book.doctor._checks import EXAMINATIONS, diagnose
from mffcnn_book.doctor._diagnosis import Diagnosis
from mffcnn_book.doctor._environment import Environment, Installed, Probed, read_installed

__all__ = [
    "EXAMINATIONS",
    "Diagnosis",
    "Environment",
    "Installed",
    "Probed",
    "diagnose",
    "read_installed",
]
