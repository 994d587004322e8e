"""What the synthetic corpus is made with, as one record."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import Settings


def _within(default: Any, low: float, high: float) -> Any:
    """Return a field whose value is checked against ``[low, high]``."""
    return dataclasses.field(default=default, metadata={"range": (low, high)})


class _Ranged(Settings):
    """Settings whose fields know the range of their values."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if "range" in field.metadata:
                self._take_within(field.name, field.type, *field.metadata["range"])

    def _take_within(self, name: str, kind: Any, low: float, high: float) -> None:
        value = getattr(self, name)
        accepted = (int,) if kind is int else (int, float)
        if isinstance(value, bool) or not isinstance(value, accepted) or not low <= value <= high:
            rule = "an integer" if kind is int else "a number"
            raise ParameterError(
                f"{name}: expected {rule} between {low} and {high}, got {value!r}. "
                f"See {type(self).__name__} for what it means."
            )
        object.__setattr__(self, name, kind(value))  # 1 and 1.0 must be the same settings


@dataclass(frozen=True, kw_only=True)
class WildSettings(_Ranged):
    """What makes drawn clips as different from each other as clips of daily life are.

    Whoever learns from faces of one kind under one kind of light learns the kind as well.
    Drawn at random from clip to clip, it tells nothing about the class (domain
    randomisation).  Strengths are 0 (as the plain corpus) to 1.

    Parameters
    ----------
    light : float
        How far the key light wanders to the side, above and below, how hard it is against
        the fill, and how coloured.
    background : float
        Share of the clips before a busy background.
    camera : float
        How much focal length, size and place of the head in the picture differ.
    low_resolution : float
        How far a picture may be shrunk and enlarged again, to a third of its side at 1.
    blur : float
        Of the lens and of movement.
    compression : float
        How hard pictures are compressed, before the video is.
    sensor : float
        How far brightness, contrast and white balance of the sensor stray.
    glasses : float
        Share of the people with glasses.
    pose : float
        Degrees by which a head may be turned aside for a whole clip, 0-40; it nods and tilts
        by half of it.
    off_screen : float
        Share of the clips that begin amid the expression, or end before it is over.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    References
    ----------
    J. Tobin et al., "Domain Randomization for Transferring Deep Neural Networks from
    Simulation to the Real World", IROS 2017; E. Wood et al., "Fake It Till You Make It", ICCV
    2021.
    """

    light: float = _within(1.0, 0, 1)
    background: float = _within(0.6, 0, 1)
    camera: float = _within(1.0, 0, 1)
    low_resolution: float = _within(1.0, 0, 1)
    blur: float = _within(1.0, 0, 1)
    compression: float = _within(1.0, 0, 1)
    sensor: float = _within(1.0, 0, 1)
    glasses: float = _within(0.25, 0, 1)
    pose: float = _within(30.0, 0, 40)
    off_screen: float = _within(0.5, 0, 1)


@dataclass(frozen=True, kw_only=True)
class CorpusSettings(_Ranged):
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
    one_face : bool
        Whether all classes show the same face at the apex, the mean of their own, without
        head movement of the class: then only the course in time tells them apart.
    wild : WildSettings, optional
        What makes clips as different as those of daily life; None: one kind of studio.

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
    one_face: bool = False
    wild: WildSettings | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.wild, Mapping):
            object.__setattr__(self, "wild", WildSettings.from_dict(self.wild))
        for name in ("noise", "one_face"):
            if not isinstance(getattr(self, name), bool):
                raise ParameterError(
                    f"{name}: expected True or False, got {getattr(self, name)!r}."
                )
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

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values; what is off is left out."""
        off = {name for name in ("one_face", "wild") if not getattr(self, name)}
        return {name: value for name, value in super().to_dict().items() if name not in off}
