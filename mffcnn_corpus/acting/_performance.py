"""A clip acted out: action units, head pose and gaze in every frame, before any picture.

Book: ch. 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mffcnn_core.seeding import generator
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._dynamics import DYNAMICS, START, TREMOR_RATE, Range
from mffcnn_corpus.acting._envelopes import Curve, drift, onset_hold_offset
from mffcnn_corpus.acting._nuisance import blinks, gaze, head_drift, idle_units, speech
from mffcnn_corpus.acting._plan import ClipSpec
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.acting._style import make_style
from mffcnn_corpus.person._action_units import ACTION_UNITS, UNIT_INDEX

_SIDES = np.array([-1, 1, -1, -1, 1, 1])  # the pose's mirror image


@dataclass(frozen=True, eq=False)
class Performance:
    """What a face does in one clip; this is the ground truth that lies beside the video.

    Attributes
    ----------
    action_units : ndarray of float32, shape (n, 17)
        In the order of ``ACTION_UNITS``, 0-1.
    pose : ndarray of float32, shape (n, 6)
        As in :class:`FaceState`.
    gaze : ndarray of float32, shape (n, 2)
        As in :class:`FaceState`.
    course : ndarray of float32, shape (n,)
        How much of the expression is there: 0 at rest, 1 at the apex.
    apex : int
        Frame of the apex, counted from 0.
    intensity : float
        Of the expression at the apex, 0-1.
    take : str
        As in :class:`ClipSpec`.
    """

    action_units: npt.NDArray[np.float32]
    pose: npt.NDArray[np.float32]
    gaze: npt.NDArray[np.float32]
    course: npt.NDArray[np.float32]
    apex: int
    intensity: float
    take: str

    def __len__(self) -> int:
        return len(self.action_units)

    def state(self, t: int) -> FaceState:
        """Return the face in frame ``t``."""
        return FaceState(self.action_units[t], self.pose[t], self.gaze[t])


def expected_apex(spec: ClipSpec, settings: CorpusSettings) -> npt.NDArray[np.float64]:
    """Return a person's units at the apex before a take's own draws, shape (17,).

    For a same-apex take it is the mean of the two classes that share the picture, with
    ``one_face`` that of all.
    """
    apexes = make_style(settings, spec.subject).apexes
    if settings.one_face:
        return np.mean(list(apexes.values()), axis=0)
    own = apexes[spec.expression]
    return 0.5 * (own + apexes[spec.partner]) if spec.partner else own


def perform(spec: ClipSpec, settings: CorpusSettings) -> Performance:
    """Act a clip out.

    ``units(t) = expression(t) + speech(t) + idle(t)``, with
    ``expression(t) = intensity * course(t) * (1 + course(t) * tremor(t)) * apex``; a blink
    closes the eyes whatever they do.  Every part is drawn from the seed and the clip's name.

    Parameters
    ----------
    spec : ClipSpec
    settings : CorpusSettings

    Returns
    -------
    Performance
    """

    def draw(part: str) -> np.random.Generator:
        return generator(settings.seed, "clip", spec.name, part)

    times = np.arange(settings.frames) / settings.fps
    apex_draw = draw("apex")
    intensity = float(apex_draw.uniform(settings.intensity_min, settings.intensity_max))
    jitter = 1 + settings.unit_jitter * apex_draw.uniform(-1, 1, len(ACTION_UNITS))
    kept = apex_draw.random(len(ACTION_UNITS)) >= settings.unit_dropout
    apex = expected_apex(spec, settings) * jitter * kept

    course = _course(draw("course"), times, spec, settings)
    trembling = 1 + course * _tremor(draw("tremor"), times, spec, settings)
    units = intensity * np.outer(course * trembling, apex)
    units += speech(draw("speech"), times, settings.speech)
    units += idle_units(draw("idle"), times, settings.idle)
    closed = UNIT_INDEX[43]
    units[:, closed] = np.maximum(units[:, closed], blinks(draw("blinks"), times, settings.blinks))
    pose = head_drift(draw("head drift"), times, settings.head_drift)
    pose += np.outer(course, _head_cue(draw("head cue"), spec, settings))
    if settings.wild:
        turned = np.deg2rad(settings.wild.pose) * draw("wild pose").uniform(-1, 1, 3)
        pose[:, :3] += turned * (1, 0.5, 0.5)
    return Performance(
        action_units=np.clip(units, 0, 1).astype(np.float32),
        pose=pose.astype(np.float32),
        gaze=gaze(draw("gaze"), times).astype(np.float32),
        course=course.astype(np.float32),
        apex=_apex_frame(course),
        intensity=intensity,
        take=spec.take,
    )


def _course(
    draw: np.random.Generator, times: Curve, spec: ClipSpec, settings: CorpusSettings
) -> Curve:
    if spec.take == "sustained":
        return np.clip(0.85 + 0.12 * drift(draw, times, 1.0), 0.5, 1.0)
    dynamics = DYNAMICS[spec.expression]
    tempo = make_style(settings, spec.subject).tempo

    def duration(limits: Range) -> float:
        return tempo * draw.uniform(*limits)

    part = {
        "start": draw.uniform(*START),
        "onset": duration(dynamics.onset),
        "hold": duration(dynamics.hold),
        "offset": duration(dynamics.offset),
    }
    if settings.wild and draw.random() < settings.wild.off_screen:
        if draw.random() < 0.5:  # it begins before the clip does
            part["start"] = -draw.uniform(0, part["onset"] + 0.5 * part["hold"])
        else:  # it is not over when the clip ends
            part["hold"] = float(times[-1])
    return onset_hold_offset(times, **part)


def _tremor(
    draw: np.random.Generator, times: Curve, spec: ClipSpec, settings: CorpusSettings
) -> Curve:
    if spec.take == "sustained":  # a held face gives no motion cue
        return np.zeros(len(times))
    amplitude = settings.tremor * DYNAMICS[spec.expression].tremor
    cycles = draw.uniform(*TREMOR_RATE) * times + draw.uniform()
    return amplitude * np.sin(2 * np.pi * cycles)


def _head_cue(
    draw: np.random.Generator, spec: ClipSpec, settings: CorpusSettings
) -> npt.NDArray[np.float64]:
    """Return the displacement of the head that belongs to the class, at the apex."""
    if (
        spec.take != "standard" or settings.one_face
    ):  # it would show in the shared picture, or be no motion
        return np.zeros(6)
    dynamics = DYNAMICS[spec.expression]
    strength = settings.head_motion_cue * draw.uniform(0.4, 1)
    mirrored = dynamics.either_side and draw.random() < 0.5
    return strength * np.array(dynamics.head) * (_SIDES if mirrored else 1)


def _apex_frame(course: Curve) -> int:
    """Return the middle of the frames at which the expression is fullest."""
    fullest = np.flatnonzero(course >= course.max() - 1e-9)
    return int(fullest[len(fullest) // 2])
