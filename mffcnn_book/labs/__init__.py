"""Labs: one source each; from it the student edition, the key, marks and feedback."""

from mffcnn_book.labs._course import collect, feedback, grade, release
from mffcnn_book.labs._editions import secret_lines, student_edition, write_editions, write_key
from mffcnn_book.labs._marking import Mark, graded_part, mark_copies
from mffcnn_book.labs._planted import Planted, Right, Wrong, load_planted, make_copy
from mffcnn_book.labs._source import Lab, find_lab, find_labs

__all__ = [
    "Lab",
    "Mark",
    "Planted",
    "Right",
    "Wrong",
    "collect",
    "feedback",
    "find_lab",
    "find_labs",
    "grade",
    "graded_part",
    "load_planted",
    "make_copy",
    "mark_copies",
    "release",
    "secret_lines",
    "student_edition",
    "write_editions",
    "write_key",
]
