"""One small person, scene and camera for the tests of the faces."""

import dataclasses

import pytest

from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._scene import Scene, make_scene
from mffcnn_corpus.person._identity import Identity, make_identity

WIDTH, HEIGHT = 180, 120


@pytest.fixture(scope="session")
def symmetric_identity() -> Identity:
    """A person whose two halves are alike, with average muscles."""
    return dataclasses.replace(
        make_identity(0, "s05"),
        hair_style="tied",
        asymmetry=(0.0, 0.0, 0.0),
        strengths=(1.0,) * 17,
    )


@pytest.fixture(scope="session")
def head(symmetric_identity: Identity) -> Head:
    return Head(symmetric_identity, image_height=HEIGHT)


@pytest.fixture(scope="session")
def long_haired_head(symmetric_identity: Identity) -> Head:
    long_haired = dataclasses.replace(symmetric_identity, hair_style="long")
    return Head(long_haired, image_height=HEIGHT)


@pytest.fixture(scope="session")
def camera() -> Camera:
    return Camera.for_image(WIDTH, HEIGHT)


@pytest.fixture(scope="session")
def scene() -> Scene:
    return make_scene(0, "a clip", WIDTH, HEIGHT)
