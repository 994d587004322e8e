"""How videos are prepared, as one record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mffcnn_core.errors import ParameterError
from mffcnn_core.faces import AUTO, choose_detector, make_detector
from mffcnn_core.flow import make_solver
from mffcnn_core.inputs import IMAGE_SIDE, LARGEST
from mffcnn_core.settings import Settings, check_choice

ALIGNMENTS = ("box", "landmarks")
FLOW_DTYPES = ("float16", "float32")


@dataclass(frozen=True, kw_only=True)
class PreparationSettings(Settings):
    """Settings of :func:`~mffcnn_core.preparation.prepare_video`.

    The paper names OpenFace 2.0 for the face (Sec. 3.2) and 224 x 224 for the networks
    (Sec. 3.4), and leaves the rest open; every default is this project's reading.

    Attributes
    ----------
    size : int
        Side of the face crop in pixels, 16 to 1024; 224 is the paper's network input.
    fps : float or None
        Frames per second that every video is brought to before flow, which is motion per frame:
        at equal steps the frame that is nearest in time.  None leaves them as filmed.
    detector : str
        A key of :data:`mffcnn_core.faces.DETECTORS`, or "auto" for YuNet where its model is at
        hand and Haar elsewhere: see :meth:`resolved`.
    detector_options : mapping
        What differs from the detector's defaults, e.g. ``{"min_face": 0.2}``.
    detect_every : int
        The detector is asked about every k-th frame, >= 1; see
        :func:`mffcnn_core.faces.track_face`.
    max_gap : int
        Neighbouring frames in which the face may be missed (a hand, a turned head) within
        the stretch that is used, >= 0.
    min_frames : int
        Shortest stretch with a face that is used, >= 2; a shorter video asks for its own
        length.
    align : {"box", "landmarks"}
        How the one crop of a clip is placed: the median box, upright; or a similarity to the
        median landmarks, which needs a detector that sees them ("yunet", "openface").
    margin, below : float
        Widening of the median box, as shares of the face: on every side, and further below;
        a negative margin cuts down to the inner face, see
        :func:`mffcnn_core.faces.clip_box`.
    flow : str
        A key of :data:`mffcnn_core.flow.METHODS`.
    flow_options : mapping
        What differs from the method's defaults, e.g. ``{"winsize": 21}``.
    flow_dtype : {"float16", "float32"}
        How flow lies on disk; loading gives float32.  Half precision rounds to 11 binary
        digits: by at most 0.0005 px for motion below 2 px, 0.004 px below 16 px, which is
        far below the error of any flow estimate.
    """

    size: int = 128
    fps: float | None = None
    detector: str = AUTO
    detector_options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    detect_every: int = 5
    max_gap: int = 15
    min_frames: int = 3
    align: str = "box"
    margin: float = 0.1
    below: float = 0.1
    flow: str = "farneback"
    flow_options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    flow_dtype: str = "float16"

    def __post_init__(self) -> None:
        for name, least, most in (
            ("size", 16, IMAGE_SIDE),
            ("detect_every", 1, LARGEST),
            ("max_gap", 0, LARGEST),
            ("min_frames", 2, LARGEST),
            ("margin", -0.49, 10),
            ("below", 0, 10),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                bound = f"at most {most}" if value > most else f"at least {least}"
                raise ParameterError(f"{name}: expected {bound}, got {value!r}.")
        if self.fps is not None and not 1 <= self.fps <= 240:
            raise ParameterError(
                f"fps: expected 1 to 240 frames per second or None, got {self.fps!r}."
            )
        if self.fps is not None and self.detector == "openface":
            raise ParameterError(
                f"fps: expected None with the detector 'openface', which numbers the frames as "
                f"filmed, got {self.fps!r}. Use another detector."
            )
        check_choice("align", self.align, ALIGNMENTS)
        if self.align == "landmarks" and self.detector == "haar":
            raise ParameterError(
                "align: expected 'box' with the detector 'haar', which sees no landmarks, got "
                "'landmarks'. Use the detector 'yunet' or 'openface'."
            )
        check_choice("flow_dtype", self.flow_dtype, FLOW_DTYPES)
        for name in ("yunet", "haar") if self.detector == AUTO else (self.detector,):
            make_detector(name, **self.detector_options)
        make_solver(self.flow, **self.flow_options)

    def resolved(self, *, fetch: bool = False) -> "PreparationSettings":
        """Return the settings with the detector that is used on this machine.

        Records hold these: which detector was at hand is part of a result.

        Parameters
        ----------
        fetch : bool
            See :func:`mffcnn_core.faces.choose_detector`.

        Raises
        ------
        ParameterError
            If that detector cannot do what the settings ask for: Haar sees no landmarks.
        """
        return self.replace(detector=choose_detector(self.detector, fetch=fetch).name)
