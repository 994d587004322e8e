"""Whoever adds a method to compare with adds its module, and touches nothing else."""

import shutil
import subprocess
import sys

import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.pipelines import PIPELINES, _catalogue, make_recogniser

THROW_AWAY = '''
"""A baseline that always gives the same answer."""

from dataclasses import dataclass

import numpy as np

from mffcnn_book.baselines import Baseline


@dataclass(kw_only=True, eq=False, repr=False)
class ConstantRecogniser(Baseline):
    """Zero for every class."""

    pipeline = "constant"
    frames = 1
    size: int = 16
    views = ("nothing",)

    def _describe_faces(self, faces):
        return {"nothing": np.zeros(1)}

    def _fit_features(self, features, labels):
        self.fitted_ = True

    def _score_features(self, features):
        return {"method": np.zeros((len(features["nothing"]), len(self.classes_)))}

    def kept(self):
        return []
'''


ASKED = """
import sys
from mffcnn_core.pipelines import PIPELINES, make_recogniser
from mffcnn_core.sources import sources_of
"""


@pytest.fixture
def added(tmp_path):
    """Make a package that adds methods, as an installation of it would leave it behind."""

    def add(package, modules, named=None):
        for name, text in modules.items():
            (tmp_path / package).mkdir(exist_ok=True)
            (tmp_path / package / f"{name}.py").write_text(text)
        facts = tmp_path / f"{package}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (facts / "entry_points.txt").write_text(
            f"[mffcnn.recognisers]\n{package} = {named or package}\n"
        )

    return add


@pytest.fixture
def say(root, tmp_path):
    """Run a few lines in a process that finds copies, added packages and the library."""

    def say(lines):
        return subprocess.run(
            [sys.executable, "-c", ASKED + lines],
            cwd=tmp_path,
            env={"PYTHONPATH": f"{tmp_path}:{root}", "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    return say


def test_a_baseline_registers_itself(root, tmp_path, say):
    ignore = shutil.ignore_patterns("__pycache__")
    for package in ("mffcnn_core", "mffcnn_book"):
        shutil.copytree(root / package, tmp_path / package, ignore=ignore)
    (tmp_path / "mffcnn_book" / "baselines" / "_constant.py").write_text(THROW_AWAY)
    done = say("print(make_recogniser('constant', size=24).describe()['size'], len(PIPELINES))")
    assert done.stdout.split() == ["24", "12"], done.stderr


def test_a_package_of_ones_own_adds_methods(added, say, tmp_path):
    added("fancy", {"__init__": "", "_constant": THROW_AWAY, "_unused": "SECRET = 1"})
    done = say(
        "one = make_recogniser('constant', size=24)\n"
        "code = [name for name in sources_of(*one.code()) if 'fancy' in name]\n"
        "print(one.size, 'icltp' in PIPELINES, code)"
    )
    assert done.stdout == "24 True ['fancy._constant']\n", done.stderr


def test_a_module_may_be_named_in_place_of_a_package(added, say):
    added("fancy", {"__init__": "", "other": "", "constant": THROW_AWAY}, named="fancy.constant")
    assert say("print('constant' in PIPELINES)").stdout == "True\n"


def test_methods_that_nobody_chose_are_not_imported(say):
    done = say(
        "make_recogniser('mffcnn'); print('mffcnn_book' in sys.modules);"
        "make_recogniser('icltp'); print('mffcnn_book.baselines' in sys.modules)"
    )
    assert done.stdout.split() == ["False", "True"], done.stderr


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({}, "expected fancy, from which fancy adds methods, to be importable, got: No module"),
        ({"__init__": "import nowhere"}, "got: No module named 'nowhere'. Install fancy again"),
        (
            {"__init__": THROW_AWAY.replace('"constant"', '"icltp"')},
            "expected one method of each name, got another 'icltp' from ",
        ),
        (
            {"__init__": THROW_AWAY.replace('"constant"', '"mffcnn"')},
            "expected one method of each name, got another 'mffcnn' from fancy. Uninstall fancy",
        ),
    ],
)
def test_a_package_that_is_broken_is_reported_and_spares_the_core(added, say, modules, message):
    added("fancy", modules)
    done = say("print(make_recogniser('mffcnn').size > 0); make_recogniser('constant')")
    assert done.stdout == "True\n"
    assert "ParameterError: pipeline: expected " in done.stderr
    assert message in done.stderr


def test_a_checkout_that_nobody_has_installed_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(_catalogue, "entry_points", lambda group: ())
    monkeypatch.setattr(_catalogue, "_added", _catalogue._added.__wrapped__)
    assert make_recogniser("two_stream").size
    assert "icltp" not in PIPELINES
    with pytest.raises(
        ParameterError, match=r"one of vgg_dbn, .*, got 'icltp'. .* `pip install -e .`"
    ):
        make_recogniser("icltp")
