"""What a course needs around its labs, made from them: a syllabus, questions, an exam."""

import html
import random
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from mffcnn_book.labs._editions import without_markers
from mffcnn_book.labs._planted import load_planted
from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path

_QUIZ = re.compile(r"^(`{3,})\{quiz\} (.+)\n((?:\s*- \[[ x]\] .+\n)+)\1", re.M)
_CHOICE = re.compile(r"- \[([ x])\] (.+?) \|\| (.+)")
_LINK = re.compile(r"\[\]\((\w+\.ipynb)\)")


@dataclass(frozen=True)
class Question:
    """A question with one right answer.

    Attributes
    ----------
    name : str
        Unique, e.g. ``"04_ordered_flow-1"``.
    text : str
        May hold formulas between dollar signs and code between backticks.
    choices : tuple of (str, bool, str)
        Answer, whether it is right, what there is to say to it.
    """

    name: str
    text: str
    choices: tuple[tuple[str, bool, str], ...]


def syllabus(labs: list[Lab]) -> str:
    """Return the syllabus as Markdown: for each lab its outcomes, and the tests that measure them.

    Outcomes are the headings of the steps, and points are those of the cells, so the table is true
    of the labs as they are.
    """
    lines = [
        "# Syllabus",
        "",
        "Made from the labs; every point is earned in the cell named beside it.",
    ]
    for lab in labs:
        cells = lab.read().cells
        will = re.search(r"\*\*You will\*\* (.+?)\n\n", cells[0].source, re.S)
        title = cells[0].source.splitlines()[0].lstrip("# ")
        lines += ["", f"## {title}", "", f"You will {' '.join(will[1].split())}", ""]
        lines += ["| outcome | measured by | points |", "|---|---|---|"]
        step, parts = "", {}
        for cell in cells:
            if found := re.search(r"^## Step \d+: (.+)$", cell.source, re.M):
                step = re.sub(r",? \d+ points?.*$", "", found[1])
            facts = cell.metadata.get("nbgrader", {})
            if facts.get("grade"):
                parts.setdefault(step, []).append((facts["grade_id"], facts["points"]))
        for outcome, measured in parts.items():
            names = ", ".join(f"`{name}` ({points:g})" for name, points in measured)
            lines.append(f"| {outcome} | {names} | {sum(p for _, p in measured):g} |")
        total = sum(points for measured in parts.values() for _, points in measured)
        lines.append(f"| **together** | | **{total:g}** |")
    return "\n".join(lines) + "\n"


def quiz_questions(notebooks: list[Path]) -> list[Question]:
    """Return the quiz questions of chapters; a link to a chapter becomes its title."""
    found = []
    read = {path: nbformat.read(path, as_version=4).cells for path in notebooks}
    titles = {
        path.name: cells[0].source.splitlines()[0].lstrip("# ") for path, cells in read.items()
    }
    for path, cells in read.items():
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown") + "\n"
        text = _LINK.sub(lambda link: f'the chapter "{titles[link[1]]}"', text)
        for number, (_, question, answers) in enumerate(_QUIZ.findall(text), start=1):
            choices = [(a, mark == "x", why) for mark, a, why in _CHOICE.findall(answers)]
            found.append(Question(f"{path.stem}-{number}", question, tuple(choices)))
    return found


def mistake_questions(labs: list[Lab]) -> list[Question]:
    """Return a question for each planted mistake of the labs, with three others to choose from."""
    found = []
    for lab in labs:
        wrong = load_planted(lab).wrong
        cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in lab.read().cells}
        for name, one in wrong.items():
            draw = random.Random(f"{lab.name} {name}")  # the same bank whenever it is made
            others = sorted(other.mistake for key, other in wrong.items() if key != name)
            offered = [(one.mistake, True), *((text, False) for text in draw.sample(others, 3))]
            draw.shuffle(offered)
            program = without_markers(cells[one.cell].source).replace(one.old, one.new)
            text = f"{lab.name}: this program has one mistake. Which?\n\n```\n{program}\n```"
            tests = f"Fails {', '.join(one.caught_by)}."
            choices = tuple((t, right, tests if right else "Not here.") for t, right in offered)
            found.append(Question(f"{lab.name}-{name}", text, choices))
    return found


def gift(questions: list[Question]) -> str:
    """Return questions in Moodle's GIFT format."""

    def safe(text: str) -> str:
        return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")

    entries = []
    for one in questions:
        answers = "\n".join(
            f"\t{'=' if right else '~'}{safe(text)}#{safe(why)}" for text, right, why in one.choices
        )
        entries.append(f"::{safe(one.name)}::[markdown]{safe(one.text)}{{\n{answers}\n}}")
    return "\n\n".join(entries) + "\n"


def write_qti(questions: list[Question], path: Path) -> Path:
    """Write questions as a QTI 1.2 package, which Canvas and others import."""
    root = ET.Element("questestinterop", xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2")
    section = ET.SubElement(ET.SubElement(root, "assessment", ident="mffcnn", title="MFFCNN book"),
                            "section", ident="root_section")  # fmt: skip
    for one in questions:
        item = ET.SubElement(section, "item", ident=one.name, title=one.name)
        presentation = ET.SubElement(item, "presentation")
        _material(presentation, one.text)
        asked = ET.SubElement(
            presentation, "response_lid", ident="response1", rcardinality="Single"
        )
        offered = ET.SubElement(asked, "render_choice")
        for number, (text, _, _) in enumerate(one.choices):
            _material(ET.SubElement(offered, "response_label", ident=str(number)), text)
        scoring = ET.SubElement(item, "resprocessing")
        ET.SubElement(ET.SubElement(scoring, "outcomes"), "decvar", maxvalue="100", minvalue="0",
                      varname="SCORE", vartype="Decimal")  # fmt: skip
        right = next(str(n) for n, choice in enumerate(one.choices) if choice[1])
        condition = ET.SubElement(scoring, "respcondition", {"continue": "No"})
        equal = ET.SubElement(ET.SubElement(condition, "conditionvar"), "varequal")
        equal.set("respident", "response1")
        equal.text = right
        ET.SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
    manifest = ET.Element("manifest", identifier="mffcnn-questions",
                          xmlns="http://www.imsglobal.org/xsd/imscp_v1p1")  # fmt: skip
    ET.SubElement(manifest, "organizations")
    resources = ET.SubElement(manifest, "resources")
    resource = ET.SubElement(resources, "resource", identifier="questions", type="imsqti_xmlv1p2",
                             href="questions.xml")  # fmt: skip
    ET.SubElement(resource, "file", href="questions.xml")
    with atomic_path(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, tree in (("imsmanifest.xml", manifest), ("questions.xml", root)):
            archive.writestr(name, ET.tostring(tree, encoding="utf-8", xml_declaration=True))
    return path


def _material(place: ET.Element, text: str) -> None:
    shown = re.sub(
        r"```\n(.+?)\n```", lambda m: f"<pre>{html.escape(m[1])}</pre>", text, flags=re.S
    )
    material = ET.SubElement(place, "material")
    ET.SubElement(material, "mattext", texttype="text/html").text = shown


def split_exam(text: str) -> tuple[str, str]:
    """Return the exam for students, and the key, from a text with ``### BEGIN KEY`` regions.

    Raises
    ------
    LabError
        If a region is not closed, or the points do not add up to those of the title.
    """
    paper = re.sub(r"^### BEGIN KEY\n.*?^### END KEY\n", "", text, flags=re.M | re.S)
    if re.search(r"(BEGIN|END) KEY", paper):
        raise LabError("exam: expected every `### BEGIN KEY` to have its END, got one without.")
    whole = re.search(r"(\d+) points", text)
    parts = [int(n) for n in re.findall(r"^## .+\((\d+) points\)$", text, re.M)]
    if whole is None or sum(parts) != int(whole[1]):
        raise LabError(
            f"exam: expected questions worth {whole[1] if whole else 'the points of the title'} "
            f"together, got {sum(parts)}. Mend the headings."
        )
    return paper, re.sub(r"^### (BEGIN|END) KEY\n", "", text, flags=re.M)


def write_material(labs: list[Lab], notebooks: list[Path], folder: Path | str) -> list[Path]:
    """Write syllabus, questions (GIFT and QTI), exam and key; return their paths.

    The questions show solutions with a mistake, and the key holds answers: for teachers only.
    """
    folder = Path(folder)
    questions = quiz_questions(notebooks) + mistake_questions(labs)
    paper, key = split_exam((labs[0].sources.parent / "exam.md").read_text(encoding="utf-8"))
    written = []
    for name, text in (
        ("syllabus.md", syllabus(labs)),
        ("questions.gift", gift(questions)),
        ("exam.md", paper),
        ("exam_key.md", key),
    ):
        with atomic_path(folder / name) as part:
            part.write_text(text, encoding="utf-8")
        written.append(folder / name)
    return [*written, write_qti(questions, folder / "questions_qti.zip")]
