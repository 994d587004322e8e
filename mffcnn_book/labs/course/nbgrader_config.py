"""Settings of a course; ``mffcnn labs release`` copies them, and plain nbgrader reads them too."""

from pathlib import Path

import nbgrader
from nbgrader import preprocessors

from mffcnn_book.labs._nbgrader import RunApart, ToldGrades

here = Path(__file__).resolve().parent
c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "mffcnn"
c.CourseDirectory.root = str(here)
# Several students are marked at once: wait for the gradebook rather than give up.
c.CourseDirectory.db_url = f"sqlite:///{here / 'gradebook.db'}?timeout=60"

# `nbgrader export` must not write over our grades.csv, which `mffcnn labs export` reads.
c.ExportPlugin.to = str(here / "nbgrader.csv")
c.Exchange.root = str(here / "exchange")  # not used: labs travel by file

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer here.*"
# Students' programs run apart: `mffcnn labs grade --sandbox` chooses how.
c.Autograde.autograde_preprocessors = [
    RunApart,
    preprocessors.IgnorePattern,
    preprocessors.LimitOutput,
    preprocessors.SaveAutoGrades,
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]
c.GenerateFeedback.preprocessors = [ToldGrades]
c.LimitOutput.max_lines = 200

# Our template `feedback` asks no other host for anything (nbgrader's own loads MathJax from one);
# the page for marking, Formgrader, has its templates with nbgrader.
theirs = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
c.HTMLExporter.extra_template_basedirs = [str(here / "templates"), str(theirs)]
