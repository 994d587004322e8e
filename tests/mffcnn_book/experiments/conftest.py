import shutil

import pytest

TINY = """\
profile: tiny
corpus: {subjects: 2, takes: 1, frames: 10, width: 180, height: 120}
preparation: {size: 48, detector: haar}
pipelines:
  two_stream:
    size: 32
    spatial: {epochs: 1, patience: null}
    temporal: {epochs: 1, patience: null}
  mffcnn:
    size: 32
    stream: {epochs: 1, images_per_clip: 1}
    joint: {epochs: 1, images_per_clip: 1}
    dbn: {binary: {epochs: 1}, gaussian: {epochs: 1}, finetuning: {epochs: 1}}
"""


@pytest.fixture(scope="module")
def tiny_project(root, tmp_path_factory):
    """A project of its own: a manifest and a profile so small that all steps take seconds."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "data_manifests").mkdir()
    (folder / "notebooks" / "profiles").mkdir(parents=True)
    shutil.copy(root / "data_manifests" / "synthetic.yaml", folder / "data_manifests")
    (folder / "notebooks" / "profiles" / "tiny.yaml").write_text(TINY)
    return folder
