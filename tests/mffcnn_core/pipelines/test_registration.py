"""Whoever adds a method to compare with adds its module, and touches nothing else."""

import shutil
import subprocess
import sys

THROW_AWAY = '''
"""A baseline that always gives the same answer."""

from dataclasses import dataclass

import numpy as np

from mffcnn_core.baselines._baseline import Baseline


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


def test_a_baseline_registers_itself(root, tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "mffcnn_core", tmp_path / "mffcnn_core", ignore=ignore)
    (tmp_path / "mffcnn_core" / "baselines" / "_constant.py").write_text(THROW_AWAY)
    code = (
        "from mffcnn_core.pipelines import PIPELINES, make_recogniser; "
        "print(make_recogniser('constant', size=24).describe()['size'], len(PIPELINES))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split()[0] == "24", done.stderr
