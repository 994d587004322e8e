"""The arrays that networks read: all clips of a data set, resized once, kept in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import cv2
import numpy as np
import numpy.typing as npt
from tqdm.std import tqdm

from mffcnn_core.arrays import check_flow, check_frames
from mffcnn_core.errors import MffcnnError, ParameterError, PreparationError


class PreparedLike(Protocol):
    """What the recogniser asks of a clip, see :class:`mffcnn_core.preparation.PreparedClip`."""

    @property
    def clip(self) -> Any:
        """Has ``clip`` (name), ``subject`` and ``expression``."""

    def load(self) -> Any:
        """Return arrays: ``faces`` (n, S, S, 3) uint8 and ``flow`` (n-1, S, S, 2) float32."""


@dataclass(frozen=True, eq=False)
class ClipInputs:
    """Face frames and flow of many clips, one after the other in two arrays.

    Make it once with :func:`load_inputs`; :meth:`select` takes the clips of a fold
    without copying, and processes can share the two arrays as memory maps.

    Attributes
    ----------
    clips : tuple of Clip
    size : int
        Side of the square images in px.
    faces : ndarray of uint8, shape (N, size, size, 3)
    flow_run : int
        Number of neighbouring flows that each row of ``flow`` is the mean of.
    flow : ndarray of float16, shape (N, size, size, 2), px/frame at this size
        Row i begins at frame i; the row of a clip's last frame is 0 and is never read.
        Half precision resolves 1/1000 px at 1 px/frame.
    starts, lengths : ndarray of int, shape (n_clips,)
        First frame and number of frames of each clip.
    """

    clips: tuple[Any, ...]
    size: int
    flow_run: int
    faces: npt.NDArray[np.uint8]
    flow: npt.NDArray[np.float16]
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The person of every clip."""
        return tuple(clip.subject for clip in self.clips)

    @property
    def expressions(self) -> tuple[str, ...]:
        """The true expression of every clip."""
        return tuple(clip.expression for clip in self.clips)

    def select(self, indices: Sequence[int] | npt.NDArray[np.intp]) -> Self:
        """Return the clips at ``indices``; the images are shared, not copied."""
        indices = np.asarray(indices, dtype=np.int64)
        return replace(
            self,
            clips=tuple(self.clips[i] for i in indices),
            starts=self.starts[indices],
            lengths=self.lengths[indices],
        )


def _resize(images: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    if images.shape[1:3] == (size, size):
        return images
    shrinks = images.shape[1] >= size
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.stack([cv2.resize(image, (size, size), interpolation=how) for image in images])


def _run_means(flow: npt.NDArray[np.float32], run: int) -> npt.NDArray[np.float64]:
    """Return the mean of flows t ... t + run - 1 for every t, cut off at the clip's end."""
    sums = np.cumsum(np.insert(flow, 0, 0, axis=0), axis=0, dtype=np.float64)
    first = np.arange(len(flow))
    last = np.minimum(first + run, len(flow))
    return (sums[last] - sums[first]) / (last - first)[:, None, None, None]


def _load_one(prepared: PreparedLike, size: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    arrays = prepared.load()
    faces, flow = check_frames(arrays.faces, at_least=2), check_flow(arrays.flow)
    side = faces.shape[1]
    if faces.shape[2] != side or flow.shape[:3] != (len(faces) - 1, side, side):
        raise PreparationError(
            "prepared arrays: expected square faces and one flow field between neighbours, got "
            f"faces of shape {faces.shape} and flow of shape {flow.shape}. Prepare the clip again."
        )
    # a displacement of one pixel is size / side pixels of the resized image
    return _resize(faces, size), _resize(flow, size) * np.float32(size / side)


def load_inputs(
    prepared: Iterable[PreparedLike], size: int, *, flow_run: int = 1, progress: bool = False
) -> ClipInputs:
    """Read prepared clips and resize their faces and flow for the networks.

    Parameters
    ----------
    prepared : iterable of PreparedClip
        Anything with ``clip`` and ``load()``, see :class:`PreparedLike`.
    size : int
        Side of the square network images in px, >= 8.
    flow_run : int
        Put the mean of this many neighbouring flows in the place of each flow, >= 1.
    progress : bool
        Show a progress bar with an estimate.

    Returns
    -------
    ClipInputs
        ``7 size**2`` bytes per frame: 0.6 GB for 384 clips of 50 frames at 64 px.

    Raises
    ------
    ParameterError
        If there is no clip, or ``size`` or ``flow_run`` is too small.
    PreparationError
        If a clip's arrays are not what a recogniser needs; the message names the clip.

    Notes
    -----
    Departures from the paper: (I) Eq. (1) is of a single flow (``flow_run=1``).  In a
    short run the noise of the flow averages out and the movement of an expression stays;
    the order within the run is lost, which ordered flow maps (Sec. 3.4) keep.
    (II) A run that would reach over the end of its clip is cut off there.
    """
    prepared = list(prepared)
    if not prepared or size < 8 or flow_run < 1:
        raise ParameterError(
            "inputs: expected at least one clip, a size >= 8 px and flow_run >= 1, got "
            f"{len(prepared)} clip(s), {size} px and {flow_run}. Prepare the data set first."
        )
    faces, flow, lengths = [], [], []
    for item in tqdm(prepared, desc="load clips", unit="clip", disable=not progress):
        try:
            clip_faces, clip_flow = _load_one(item, size)
        except MffcnnError as error:
            raise PreparationError(f"{item.clip.clip}: {error}") from error
        faces.append(clip_faces)
        means = _run_means(clip_flow, flow_run).astype(np.float16)
        flow.append(np.pad(means, ((0, 1), (0, 0), (0, 0), (0, 0))))
        lengths.append(len(clip_faces))
    counts = np.asarray(lengths, dtype=np.int64)
    return ClipInputs(
        clips=tuple(item.clip for item in prepared),
        size=size,
        flow_run=flow_run,
        faces=np.concatenate(faces),
        flow=np.concatenate(flow),
        starts=np.cumsum(counts) - counts,
        lengths=counts,
    )
