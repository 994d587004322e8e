"""The promises that the repository makes about itself."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib

import pytest
import yaml


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def pinned(root):
    lines = (root / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in pairs}


def requirements(project):
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *(r for extra in extras.values() for r in extra)]:
        yield re.match(r"[A-Za-z0-9._-]+", text).group().lower().replace("_", "-"), text


def test_every_requirement_is_pinned_at_a_version_it_allows(root, project):
    from packaging.requirements import Requirement

    versions = pinned(root)
    for name, text in requirements(project):
        assert name in versions, f"{name} is not in constraints.txt: make constraints"
        assert versions[name] in Requirement(text).specifier, f"{text} against {versions[name]}"


def test_agreed_versions(root):
    versions = pinned(root)
    assert versions["jupyter-book"] == "1.0.4.post1"
    assert versions["torch"] == "2.14.1"
    assert versions["torchvision"] == "0.29.2"
    assert versions["opencv-python"].startswith("4.")


def test_conda_environment_installs_what_pip_installs(root, project):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    (pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    assert "--constraint constraints.txt" in pip
    (editable,) = [line for line in pip if line.startswith("--editable")]
    extras = re.search(r"\[(.*)\]", editable).group(1).split(",")
    assert set(extras) <= set(project["optional-dependencies"])
    (python,) = [d for d in environment["dependencies"] if str(d).startswith("python=")]
    version = tuple(map(int, python.split("=")[1].split(".")))
    floor = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    assert version >= floor


def test_importing_the_library_loads_no_torch_and_no_opencv():
    code = "import mffcnn_core, sys; print(sorted({'torch', 'cv2', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_every_process_imports_is_lean():
    """Each process of a pool pays for it: what one page or command needs is loaded there."""
    code = (
        "import sys, mffcnn_core.pipelines, mffcnn_book.baselines, mffcnn_book.experiments;"
        "heavy = {'torchvision', 'torch._dynamo', 'sympy', 'skops', 'seaborn', 'matplotlib'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_floors(root):
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


MODULE_LINES, FUNCTION_LINES = 300, 60
PACKAGES = ("mffcnn_core", "mffcnn_corpus", "mffcnn_book")
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def too_long(source):
    """Yield functions with more lines of code, docstring and comments aside, than allowed."""
    code = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = set(range(node.lineno, node.end_lineno + 1))
            if ast.get_docstring(node) is not None:
                told = node.body[0]
                lines -= set(range(told.lineno, told.end_lineno + 1))
            if (count := len(lines & code)) > FUNCTION_LINES:
                yield node.name, count


def test_no_module_and_no_function_is_too_long(root):
    long = {}
    for path in (one for name in PACKAGES for one in (root / name).rglob("*.py")):
        source, name = path.read_text(), path.relative_to(root).as_posix()
        if (count := source.count("\n")) > MODULE_LINES:
            long[name] = count
        long |= {f"{name}: {function}": count for function, count in too_long(source)}
    assert not long


def test_a_long_function_is_found_and_its_docstring_is_not_counted():
    body = "    a = 1\n" * FUNCTION_LINES
    assert list(too_long(f"def f():\n{body}")) == [("f", FUNCTION_LINES + 1)]
    told = '    """Say.\n' + "    more\n" * 80 + '    """\n    # why\n'
    assert not list(too_long(f"def f():\n{told}{body[:-10]}"))


def notebooks(root):
    return sorted((root / "notebooks").glob("*.ipynb"))


def test_notebooks_are_committed_without_outputs(root):
    assert notebooks(root)
    for path in notebooks(root):
        cells = json.loads(path.read_text())["cells"]
        full = [c for c in cells if c["cell_type"] == "code" and c["outputs"]]
        assert not full, f"{path.name} has outputs: pre-commit run nbstripout --all-files"


def test_the_readme_and_the_contributing_page_name_only_real_make_targets(root):
    targets = set(re.findall(r"^([a-z]+):.*##", (root / "Makefile").read_text(), re.M))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"`make ([a-z]+)", (root / page).read_text()))
        assert named <= targets, page


def test_help_lists_every_documented_target(root):
    done = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True)
    for target in "install book test check format serve clean".split():
        assert f"make {target} " in done.stdout
