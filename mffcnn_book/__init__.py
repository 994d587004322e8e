"""The study of one paper around the method: experiments, records, pages, labs, the command.

Import the shelf you need, e.g. ``from mffcnn_book.experiments import Workspace``.
"""
