"""Copies of data sets in their own shape: names, depth and traps; the clips are the corpus's."""

import runpy
from pathlib import Path

import cv2
import pytest

from mffcnn_core.datasets import load_manifest
from mffcnn_core.video import iter_frames
from mffcnn_corpus import CorpusSettings, render_corpus

HERE = Path(__file__).parent
PEOPLE = 3


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """One tiny clip by person (0, 1, 2) and expression."""
    root = tmp_path_factory.mktemp("corpus")
    settings = CorpusSettings(subjects=PEOPLE, takes=1, frames=10, width=180, height=120)
    clips = render_corpus(settings, root)
    people = sorted({clip.subject for clip in clips})
    return {(people.index(clip.subject), clip.expression): root / clip.path for clip in clips}


class Planter:
    """Puts clips of the corpus under any name; each has bytes of its own, but for copies."""

    def __init__(self, root, corpus):
        self.root = root
        self.corpus = corpus
        self.count = 0

    def video(self, path, person=0, expression="anger"):
        """Write a clip; a box of padding that players skip makes its bytes unique."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self.count += 1
        padding = (12).to_bytes(4, "big") + b"free" + self.count.to_bytes(4, "big")
        source = self.corpus[person % PEOPLE, expression]
        target.write_bytes(source.read_bytes() + padding)
        return target

    def pictures(self, folder, name="{:03}.png", person=0, expression="anger"):
        """Write the frames of a clip as pictures."""
        target = self.root / folder
        target.mkdir(parents=True, exist_ok=True)
        self.count += 1
        for t, frame in enumerate(iter_frames(self.corpus[person % PEOPLE, expression])):
            frame[0, :8] = 255 if self.count >> t & 1 else 0
            cv2.imwrite(str(target / name.format(t)), frame[..., ::-1])
        return target

    def text(self, path, text=""):
        """Write a text file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target


@pytest.fixture
def planter(corpus, tmp_path):
    return Planter(tmp_path / "copy", corpus)


@pytest.fixture
def plant(corpus):
    """Return a function that makes a copy of a data set by name, and says what is in it."""
    trees = runpy.run_path(str(HERE / "trees.py"))["TREES"]

    def make(name, root):
        return trees[name](Planter(root, corpus))

    make.names = tuple(trees)
    return make


@pytest.fixture
def manifest(root):
    return lambda name: load_manifest(root / "data_manifests" / f"{name}.yaml")
