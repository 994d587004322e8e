"""Labs: one source each; from it the student edition, the key, marks and feedback."""

from mffcnn_book.labs._check import Checked, check_submission
from mffcnn_book.labs._copies import find_copies
from mffcnn_book.labs._course import Collected, Graded, collect, feedback, grade, release, unmarked
from mffcnn_book.labs._editions import (
    load_variants,
    secret_lines,
    student_edition,
    with_variant,
    write_editions,
    write_key,
)
from mffcnn_book.labs._lms import export
from mffcnn_book.labs._marking import Mark, graded_part, mark_copies
from mffcnn_book.labs._material import write_material
from mffcnn_book.labs._planted import Planted, Right, Wrong, load_planted, make_copy
from mffcnn_book.labs._report import class_report
from mffcnn_book.labs._sandbox import Sandbox, best_sandbox
from mffcnn_book.labs._source import Lab, find_lab, find_labs

__all__ = [
    "Checked",
    "Collected",
    "Graded",
    "Lab",
    "Mark",
    "Planted",
    "Right",
    "Sandbox",
    "Wrong",
    "best_sandbox",
    "check_submission",
    "class_report",
    "collect",
    "export",
    "feedback",
    "find_copies",
    "find_lab",
    "find_labs",
    "grade",
    "graded_part",
    "load_planted",
    "load_variants",
    "make_copy",
    "mark_copies",
    "release",
    "secret_lines",
    "student_edition",
    "unmarked",
    "with_variant",
    "write_editions",
    "write_key",
    "write_material",
]
