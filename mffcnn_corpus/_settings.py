"""What the synthetic corpus is made with, as one record."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import Settings


def _within(default: Any, low: float, high: float) -> Any:
    """Return a field whose value is checked against ``[low, high]``."""
    return dataclasses.field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True, kw_only=True)
class CorpusSettings(Settings):
    """Settings of the synthetic corpus; every strength is 0 (absent) to 1 (as tuned) or more.

    The defaults are tuned so that neither a still picture nor the motion tells the whole
    class and both together tell more (``benchmarks/corpus_recognition.py`` measures it).

    Parameters
    ----------
    seed : int
        Of every draw, >= 0.
    subjects : int
        People, 1-99.
    takes : int
        Clips per person and expression, 1-99.
    frames, fps : int
        Frames per clip (2-1000) and per second (5-120).  Movements are timed in seconds:
        a clip shorter than about 2 s ends before the expression is over.
    width, height : int
        Of a frame in px, even (the codec asks for it), 64-1920.
    same_apex_share : float
        Share of the takes of anger, disgust, fear and surprise that show, at the apex, a
        mixture that fits two classes; only the course in time tells which.
    sustained_share : float
        Share of the takes that begin with the expression already there, without an onset.
    intensity_min, intensity_max : float
        A take's intensity is drawn evenly between them; 1 is the full prototype.
    unit_jitter : float
        How far one unit's strength strays from the prototype in one take, 0-1: a factor
        in ``[1 - unit_jitter, 1 + unit_jitter]``.
    unit_dropout : float
        Chance that a take leaves a unit of the prototype out, 0-0.9.
    style : float
        How much people differ in the units and in the timing that they use, 0-2.
    head_motion_cue : float
        Strength of the head movement that goes with a class, 0-3; 0 leaves only drift.
    tremor : float
        Strength of the trembling of fear, 0-3.
    speech, idle, blinks : float
        Strength of mouth movements as in talking, of slow small movements of the face
        (each 0-3), and the blink rate as a multiple of the resting rate (0-5).
    head_drift : float
        Strength of head movement that says nothing about the class, 0-3.
    noise : bool
        Whether frames carry sensor noise.

    Raises
    ------
    ParameterError
        If a value is outside its range, or shares or intensities contradict each other.

    Examples
    --------
    >>> CorpusSettings(subjects=2, takes=3).frames
    50
    """

    seed: int = _within(0, 0, 2**63 - 1)
    subjects: int = _within(8, 1, 99)
    takes: int = _within(8, 1, 99)
    frames: int = _within(50, 2, 1000)
    fps: int = _within(25, 5, 120)
    width: int = _within(360, 64, 1920)
    height: int = _within(240, 64, 1920)
    same_apex_share: float = _within(0.375, 0, 1)
    sustained_share: float = _within(0.25, 0, 1)
    intensity_min: float = _within(0.3, 0, 1)
    intensity_max: float = _within(1.0, 0, 1)
    unit_jitter: float = _within(0.2, 0, 1)
    unit_dropout: float = _within(0.05, 0, 0.9)
    style: float = _within(1.0, 0, 2)
    head_motion_cue: float = _within(1.0, 0, 3)
    tremor: float = _within(1.0, 0, 3)
    speech: float = _within(0.6, 0, 3)
    idle: float = _within(1.0, 0, 3)
    blinks: float = _within(1.0, 0, 5)
    head_drift: float = _within(1.0, 0, 3)
    noise: bool = True

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if "range" in field.metadata:
                self._take_within(field.name, field.type, *field.metadata["range"])
        if not isinstance(self.noise, bool):
            raise ParameterError(f"noise: expected True or False, got {self.noise!r}.")
        for name in ("width", "height"):
            if getattr(self, name) % 2:
                raise ParameterError(
                    f"{name}: expected an even number of pixels, got {getattr(self, name)}. "
                    "The video codec stores colour at half the size."
                )
        if self.same_apex_share + self.sustained_share > 1:
            raise ParameterError(
                "same_apex_share + sustained_share: expected at most 1, got "
                f"{self.same_apex_share} + {self.sustained_share}. Lower one of them."
            )
        if self.intensity_min > self.intensity_max:
            raise ParameterError(
                "intensity_min: expected at most intensity_max, got "
                f"{self.intensity_min} > {self.intensity_max}. Swap them."
            )

    def _take_within(self, name: str, kind: Any, low: float, high: float) -> None:
        value = getattr(self, name)
        accepted = (int,) if kind is int else (int, float)
        if isinstance(value, bool) or not isinstance(value, accepted) or not low <= value <= high:
            rule = "an integer" if kind is int else "a number"
            raise ParameterError(
                f"{name}: expected {rule} between {low} and {high}, got {value!r}. "
                "See CorpusSettings for what it means."
            )
        object.__setattr__(self, name, kind(value))  # 1 and 1.0 must be the same settings
