"""The study of one paper around the method: experiments, records, pages, labs, the command.

Import the shelf you need, e.g. ``from mffcnn_book.experiments import Workspace``.
"""

PACKAGES = ("mffcnn_core", "mffcnn_corpus", "mffcnn_book")
"""The packages of the project, from the ground up."""
