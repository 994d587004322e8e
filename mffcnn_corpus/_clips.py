"""One clip: its frames, and the true optical flow between them.

Book: ch. 1.
"""

import functools

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Flow, Frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.seeding import generator
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._performance import perform
from mffcnn_corpus.acting._plan import ClipSpec
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._flow import flow_between
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._render import render_frame
from mffcnn_corpus.camera._scene import make_scene
from mffcnn_corpus.camera._view import face_box
from mffcnn_corpus.camera._wild import degrade, wild_framing
from mffcnn_corpus.person._identity import make_identity


@functools.lru_cache(maxsize=2)  # a head takes a second to build; plans go person by person
def _head(seed: int, subject: str, image_height: int) -> Head:
    return Head(make_identity(seed, subject), image_height=image_height)


def _stage(spec: ClipSpec, settings: CorpusSettings) -> tuple[Head, Camera]:
    head = _head(settings.seed, spec.subject, settings.height)
    framing = {}
    if settings.wild:
        draw = generator(settings.seed, "wild camera", spec.name)
        framing = wild_framing(draw, settings.wild.camera)
    return head, Camera.for_image(settings.width, settings.height, **framing)


def render_clip(spec: ClipSpec, settings: CorpusSettings) -> Frames:
    """Render one clip.

    The frames depend on ``settings`` and on the clip's name, and on no other clip.

    Parameters
    ----------
    spec : ClipSpec
    settings : CorpusSettings

    Returns
    -------
    ndarray of uint8, shape (settings.frames, settings.height, settings.width, 3)
        RGB.
    """
    performance = perform(spec, settings)
    head, camera = _stage(spec, settings)
    size = settings.width, settings.height
    scene = make_scene(settings.seed, spec.name, *size, camera=camera, wild=settings.wild)
    noise = generator(settings.seed, "clip", spec.name, "noise") if settings.noise else None
    frames = np.stack(
        [
            render_frame(head, scene, camera, performance.state(t), noise=noise)
            for t in range(len(performance))
        ]
    )
    if settings.wild:
        degrade(frames, generator(settings.seed, "wild picture", spec.name), settings.wild)
    return frames


def face_boxes(spec: ClipSpec, settings: CorpusSettings) -> npt.NDArray[np.float64]:
    """Return the true box of the face in every frame.

    Parameters
    ----------
    spec : ClipSpec
    settings : CorpusSettings

    Returns
    -------
    ndarray of float, shape (settings.frames, 4)
        ``x, y, width, height`` in px.
    """
    performance = perform(spec, settings)
    head, camera = _stage(spec, settings)
    return np.array(
        [face_box(head, camera, performance.state(t)) for t in range(len(performance))], float
    )


def true_flow(
    spec: ClipSpec, settings: CorpusSettings, t: int
) -> tuple[Flow, npt.NDArray[np.bool_]]:
    """Return the true optical flow from frame ``t`` to the next.

    Parameters
    ----------
    spec : ClipSpec
    settings : CorpusSettings
    t : int
        0 to ``settings.frames - 2``.

    Returns
    -------
    flow : ndarray of float32, shape (H, W, 2)
        px/frame, x to the right and y down.
    visible : ndarray of bool, shape (H, W)
        Where the flow is known: on the head, and not hidden in the next frame.

    Raises
    ------
    ParameterError
        If the clip has no frame ``t + 1``.
    """
    if not 0 <= t < settings.frames - 1:
        raise ParameterError(
            f"t: expected 0 to {settings.frames - 2}, got {t}. "
            f"A clip of {settings.frames} frames has one flow fewer."
        )
    performance = perform(spec, settings)
    head, camera = _stage(spec, settings)
    return flow_between(head, camera, performance.state(t), performance.state(t + 1))
