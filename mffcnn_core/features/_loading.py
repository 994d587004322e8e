"""From prepared clips to the arrays that networks read."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt
from tqdm.std import tqdm

from mffcnn_core.arrays import check_flow, check_frames
from mffcnn_core.errors import MffcnnError, ParameterError, PreparationError
from mffcnn_core.features._images import Rows, StreamImages
from mffcnn_core.features._inputs import ClipInputs
from mffcnn_core.features._stack import Stack


class PreparedLike(Protocol):
    """What a recogniser asks of a clip, see :class:`mffcnn_core.preparation.PreparedClip`."""

    @property
    def clip(self) -> Any:
        """Has ``clip`` (name), ``subject`` and ``expression``."""

    def load(self) -> Any:
        """Return arrays: ``faces`` (n, S, S, 3) uint8 and ``flow`` (n-1, S, S, 2) float32."""


def _resize(images: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    if images.shape[1:3] == (size, size):
        return images
    shrinks = images.shape[1] >= size
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.stack([cv2.resize(image, (size, size), interpolation=how) for image in images])


def _joined(pieces: list[Rows]) -> Rows:
    """Return pieces one after the other; each is given up as soon as it is copied."""
    whole = np.empty((sum(map(len, pieces)), *pieces[0].shape[1:]), pieces[0].dtype)
    first = 0
    pieces.reverse()
    while pieces:
        piece = pieces.pop()
        whole[first : first + len(piece)] = piece
        first += len(piece)
    return whole


def load_rows(
    prepared: PreparedLike, size: int, streams: Mapping[str, StreamImages]
) -> tuple[int, dict[str, Rows]]:
    """Return the number of frames of a clip, and what each stream keeps of it.

    Raises
    ------
    PreparationError
        If the arrays are not what a recogniser needs; the message names the clip.
    """
    try:
        arrays = prepared.load()
        faces, flow = check_frames(arrays.faces, at_least=2), check_flow(arrays.flow)
        side = faces.shape[1]
        if faces.shape[2] != side or flow.shape[:3] != (len(faces) - 1, side, side):
            raise PreparationError(
                "prepared arrays: expected square faces and one flow field between neighbours, "
                f"got faces of shape {faces.shape} and flow of shape {flow.shape}. "
                "Prepare the clip again."
            )
        faces = _resize(faces, size)
        # a displacement of one pixel is size / side pixels of the resized image
        flow = _resize(flow, size) * np.float32(size / side)
        return len(faces), {name: images.read(faces, flow) for name, images in streams.items()}
    except MffcnnError as error:
        raise PreparationError(f"{prepared.clip.clip}: {error}") from error


def check_request(prepared: list[PreparedLike], size: int) -> None:
    """Refuse a request for no clip, or for images that no network could see."""
    if not prepared or size < 8:
        raise ParameterError(
            f"inputs: expected at least one clip and a size >= 8 px, got {len(prepared)} clip(s) "
            f"and {size} px. Prepare the data set first."
        )


def load_inputs(
    prepared: Iterable[PreparedLike],
    size: int,
    streams: Mapping[str, StreamImages],
    *,
    progress: bool = False,
) -> ClipInputs:
    """Read prepared clips and make what the networks see of them.

    Parameters
    ----------
    prepared : iterable of PreparedClip
        Anything with ``clip`` and ``load()``, see :class:`PreparedLike`.
    size : int
        Side of the square network images in px, >= 8.
    streams : mapping of str to StreamImages
        E.g. ``{"spatial": FaceFrames(), "temporal": OrderedFlowMaps()}``.
    progress : bool
        Show a progress bar with an estimate.

    Returns
    -------
    ClipInputs
        ``3 size**2`` bytes per frame, ``4 size**2`` per flow, ``6 size**2`` per map.

    Raises
    ------
    ParameterError
        If there is no clip, or ``size`` is too small.
    PreparationError
        If a clip's arrays are not what a recogniser needs; the message names the clip.
    """
    prepared = list(prepared)
    check_request(prepared, size)
    bar = tqdm(prepared, desc="load clips", unit="clip", disable=not progress)
    lengths, rows = zip(*(load_rows(item, size, streams) for item in bar), strict=True)
    stacks = {}
    for name, images in streams.items():
        counts = np.array([len(own[name]) for own in rows], dtype=np.int64)
        pieces = [own.pop(name) for own in rows]
        stacks[name] = Stack(images, _joined(pieces), np.cumsum(counts) - counts)
    return ClipInputs(
        clips=tuple(item.clip for item in prepared),
        size=size,
        lengths=np.array(lengths, dtype=np.int64),
        stacks=stacks,
    )
