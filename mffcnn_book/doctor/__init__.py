"""What is wrong with an environment, in plain words, and the one command that mends it.

Only the standard library is imported here, and whatever might be broken is tried in a
process of its own: the doctor must stand where everything else has fallen.
"""

from mffcnn_book.doctor._checks import CHECKS, diagnose
from mffcnn_book.doctor._environment import Environment, Installed, Probed, read_installed
from mffcnn_book.doctor._finding import Finding

__all__ = [
    "CHECKS",
    "Environment",
    "Finding",
    "Installed",
    "Probed",
    "diagnose",
    "read_installed",
]
