# Settings of a course; `make labs-release` copies this folder's files into the course folder,
# where plain `nbgrader` commands read them too.
from pathlib import Path

here = Path(__file__).resolve().parent
c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "mffcnn"
c.CourseDirectory.root = str(here)
# Several students are marked at once: wait for the gradebook rather than give up.
c.CourseDirectory.db_url = f"sqlite:///{here / 'gradebook.db'}?timeout=60"

c.Exchange.root = str(here / "exchange")  # not used: labs travel by file

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer here.*"
c.Execute.timeout = 180  # seconds a cell; whole labs need less
c.Execute.extra_arguments = ["--log-level=CRITICAL"]
c.LimitOutput.max_lines = 200

# Our template `feedback` asks no other host for anything (nbgrader's own loads MathJax from one).
c.HTMLExporter.extra_template_basedirs = [str(here / "templates")]
