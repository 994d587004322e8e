import runpy
from pathlib import Path

import numpy as np
import pytest

from mffcnn_core.datasets import Clip, Dataset, Manifest
from mffcnn_core.files import sha256_of_file
from mffcnn_core.preparation import PreparationSettings
from mffcnn_core.video import write_video

_DRAWING = Path(__file__).parents[1] / "faces" / "drawing.py"


@pytest.fixture(scope="session")
def draw_face():
    return runpy.run_path(str(_DRAWING))["draw_face"]


@pytest.fixture(scope="session")
def settings():
    return PreparationSettings(size=48, detector="haar")


@pytest.fixture(scope="session")
def make_dataset():
    def make(root, clips):
        manifest = Manifest(
            name="drawn",
            title="Drawn faces",
            description="For tests.",
            citation="None.",
            licence="CC0",
            access="generated",
            how_to_get="Run the tests.",
            expressions={},
        )
        return Dataset(manifest=manifest, root=root, clips=tuple(clips))

    return make


@pytest.fixture(scope="session")
def dataset(draw_face, make_dataset, films, tmp_path_factory):
    """One clip of every kind: sound, face in a part, no face, broken, cut short, absent."""
    root = tmp_path_factory.mktemp("drawn")
    empty = np.full((120, 160, 3), 90, np.uint8)
    moving = [draw_face(x=60 + 2 * t, mouth=0.09 + 0.01 * t) for t in range(12)]
    write_video(root / "moving.mp4", np.stack(moving))
    write_video(root / "part.mp4", np.stack([empty] * 7 + moving[:6] + [empty] * 4))
    write_video(root / "empty.mp4", np.stack([empty] * 8))
    (root / "broken.mp4").write_text("not a film")
    films.write_film(root / "whole.webm", np.stack(moving * 3), **films.WEBM)
    data = (root / "whole.webm").read_bytes()
    (root / "cut.webm").write_bytes(data[: len(data) * 2 // 3])
    write_video(root / "picture.mp4", np.stack(moving[:1]))
    names = ["moving.mp4", "part.mp4", "empty.mp4", "broken.mp4", "cut.webm", "picture.mp4"]
    clips = [
        Clip(name.split(".")[0], name, f"s{i}", "surprise", sha256_of_file(root / name))
        for i, name in enumerate(names)
    ]
    return make_dataset(root, [*clips, Clip("absent", "sub/absent.mp4", "s9", "fear")])
