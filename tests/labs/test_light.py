"""Labs 1, 2, 5 and 6 need neither torch nor anything else that is not in the light list."""

import ast
import json
import re
import subprocess
import sys

import pytest

from mffcnn_book.labs import find_lab

LIGHT = (1, 2, 5, 6)
LOOK = """
import json, sys
from importlib.metadata import packages_distributions
before = set(sys.modules)
exec(sys.argv[1])
tops = {name.split(".")[0] for name in set(sys.modules) - before}
made_by = packages_distributions()
print(json.dumps(sorted({made_by[top][0] for top in tops if top in made_by})))
"""


def imports(lab):
    lines = []
    for cell in lab.read().cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            lines += [
                ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)
            ]
    return "\n".join(lines)


def listed(root):
    text = (root / "labs" / "requirements-light.txt").read_text("utf-8")
    return {line.strip().lower() for line in text.splitlines() if line.strip() and line[0] != "#"}


@pytest.mark.parametrize("number", LIGHT)
def test_what_a_light_lab_imports_is_in_the_light_list(root, number):
    code = imports(find_lab(root, number))
    done = subprocess.run(
        [sys.executable, "-c", LOOK, code], capture_output=True, text=True, check=True, cwd=root
    )
    used = {name.lower() for name in json.loads(done.stdout)}
    assert not used & {"torch", "torchvision", "skorch"}
    direct = listed(root)
    asked = {name for name in used if name in wanted(root)}
    assert asked <= direct, asked - direct


def wanted(root):
    """Return what the library asks for, by name."""
    text = (root / "pyproject.toml").read_text("utf-8")
    block = text[text.index("dependencies = [") : text.index("[project.optional-dependencies]")]
    return {name.lower() for name in re.findall(r'^\s+"([A-Za-z0-9_-]+)', block, re.M)}


def test_the_light_list_holds_no_torch_and_only_pinned_packages(root):
    pinned = {
        line.split("==")[0].lower()
        for line in (root / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    assert not listed(root) & {"torch", "torchvision", "skorch"}
    assert listed(root) <= pinned
