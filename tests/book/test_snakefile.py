"""What an edit remakes: the real workflow, asked without running it."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from mffcnn_book.experiments import load_profile
from mffcnn_book.runs import Site, toc_notebooks
from mffcnn_core.sources import PACKAGES

pytestmark = pytest.mark.slow


def evaluated(root, profile="smoke"):
    """Return the configurations that a profile evaluates, all in one step."""
    return load_profile(root / "notebooks" / "profiles" / f"{profile}.yaml").configurations


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    """A copy of the repository in which everything is made and up to date."""
    copy = tmp_path_factory.mktemp("project")
    for name in (*PACKAGES, "notebooks", "book", "workflow", "data_manifests"):
        ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(root / name, copy / name, ignore=ignore)
    for name in ("_config.yml", "CITATION.cff"):
        shutil.copy(root / name, copy)
    site = Site(copy, "smoke", "synthetic")
    made = [
        copy / "data" / "synthetic" / "smoke" / "index.csv",
        site.results / "preparation.json",
        *(site.results / one.name / "results.json" for one in evaluated(copy)),
        *map(site.record_of, toc_notebooks(copy)),
        site.stamp,
    ]
    before = time.time() - 1000
    for path in copy.rglob("*"):
        os.utime(path, (before, before))
    for step, path in enumerate(made):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        os.utime(path, (before + 10 + step, before + 10 + step))
    return copy


def planned(project, profile="smoke", dataset="synthetic"):
    """Return the rules that would run."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--snakefile", "workflow/Snakefile"),
            *("--dry-run", "--quiet", "rules", "--cores", "1", "--nolock"),
            *("--config", f"profile={profile}", f"dataset={dataset}"),
        ],
        cwd=project,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    counts = dict(re.findall(r"^(\w+) +(\d+)$", said, re.MULTILINE))
    return set(counts) - {"total", "book"}


def notebooks(project):
    return {f"notebook_{name}" for name in toc_notebooks(project)}


@pytest.mark.parametrize(
    ("edited", "due"),
    [
        (None, ""),
        ("notebooks/03_optical_flow.ipynb", "notebook_03_optical_flow site"),
        ("book/intro.md", "site"),
        ("mffcnn_book/cli/__init__.py", "site"),  # the library's pages show its source
        ("mffcnn_book/doctor/__init__.py", "site"),
        ("mffcnn_book/plots/_style.py", "NOTEBOOKS site"),
        ("mffcnn_core/training/_fit.py", "evaluate NOTEBOOKS site"),
        ("mffcnn_core/flow/methods/farneback.py", "prepare evaluate NOTEBOOKS site"),
        ("mffcnn_core/video/_write.py", "corpus prepare evaluate NOTEBOOKS site"),
        ("mffcnn_corpus/surface/_hair.py", "corpus prepare evaluate NOTEBOOKS site"),
        ("notebooks/profiles/smoke.yaml", "corpus prepare evaluate NOTEBOOKS site"),
        ("notebooks/profiles/quick.yaml", ""),
    ],
)
def test_an_edit_remakes_what_depends_on_it(project, edited, due):
    expected = set(due.split())
    if "NOTEBOOKS" in expected:
        expected = expected - {"NOTEBOOKS"} | notebooks(project)
    if edited is None:
        assert planned(project) == expected
        return
    path = project / edited
    before = path.stat()
    os.utime(path)
    try:
        assert planned(project) == expected
    finally:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_another_profile_is_another_build(project):
    everything = {"corpus", "prepare", "evaluate", "site", *notebooks(project)}
    assert planned(project, profile="quick") == everything


def test_only_the_synthetic_corpus_is_rendered(project):
    manifest = project / "data_manifests" / "mine.yaml"
    manifest.write_text("name: mine\n")
    index = project / "data" / "mine" / "index.csv"
    index.parent.mkdir()
    index.write_text("written by `mffcnn data build`")
    try:
        due = planned(project, dataset="mine")
    finally:  # the project is that of all tests here
        manifest.unlink()
        shutil.rmtree(index.parent)
    assert "corpus" not in due
    assert "prepare" in due


def due_with(project, profile):
    """Return the rules that would run if a reference run of a profile had just been added."""
    path = project / "results" / "reference" / profile / "synthetic" / "two_stream"
    path.mkdir(parents=True)
    try:
        (path / "results.json").write_text("{}")
        return planned(project)
    finally:
        shutil.rmtree(path)


def test_reference_runs_on_control_corpora_are_read_and_those_of_other_profiles_are_not(project):
    due = due_with(project, "smoke+held")
    assert "notebook_14_comparison" in due
    assert "notebook_03_optical_flow" not in due
    assert due_with(project, "quick+held") == set()


def test_the_page_that_weighs_the_model_reads_the_run_on_wild_faces(project):
    assert due_with(project, "wild") == {"notebook_17_your_own_data", "site"}
