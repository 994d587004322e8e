"""Steps of nbgrader's that this course replaces; ``course/nbgrader_config.py`` names them."""

from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from traitlets import Dict

from mffcnn_book.labs._sandbox import Sandbox


class RunApart(NbGraderPreprocessor):
    """Run a submission in a sandbox in place of a kernel beside the gradebook."""

    sandbox = Dict({"kind": "none"}, help="Settings of mffcnn_book.labs.Sandbox.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the notebook with its outputs."""
        done = Sandbox(**self.sandbox).run(nb)
        done.metadata.kernelspec = nb.metadata.get("kernelspec", {})
        return done, resources


class ToldGrades(GetGrades):
    """Tell an answer that nobody has read from one that got no points."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the notebook with points and comments, and how many points are undecided."""
        nb, resources = super().preprocess(nb, resources)
        facts = [cell.metadata.get("nbgrader", {}) for cell in nb.cells]
        resources["nbgrader"]["unread"] = sum(f["points"] for f in facts if f.get("unread"))
        return nb, resources

    def _get_score(self, cell: NotebookNode, resources: dict) -> None:
        super()._get_score(cell, resources)
        place = self.notebook_id, self.assignment_id, self.student_id
        grade = self.gradebook.find_grade(cell.metadata.nbgrader["grade_id"], *place)
        undecided = grade.needs_manual_grade or grade.manual_score is None
        cell.metadata.nbgrader["unread"] = grade.auto_score is None and undecided
