"""What each stream's network sees: face frames, or images of the flow."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from mffcnn_core.features._inputs import ClipInputs
from mffcnn_core.flow import flow_image
from mffcnn_core.video import fragments

Images = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


class Stream(ABC):
    """A way to turn a clip into three-channel images, and which of them make a fragment."""

    @abstractmethod
    def count(self, inputs: ClipInputs) -> Indices:
        """Return how many images each clip has, shape (n_clips,)."""

    @abstractmethod
    def images(self, inputs: ClipInputs, clips: Indices, positions: Indices) -> Images:
        """Return images, one for each pair of a clip and a position in it.

        Parameters
        ----------
        inputs : ClipInputs
        clips, positions : ndarray of int, shape (k,)
            Index of the clip, and of the image within the clip.

        Returns
        -------
        ndarray of float32, shape (k, S, S, 3)
        """

    def mirror(self, images: Images) -> Images:
        """Return images (k, S, S, 3) as if the person were seen in a mirror."""
        return images[:, :, ::-1]

    @abstractmethod
    def fragments(self, n_frames: int, *, length: int = 16) -> Indices:
        """Return which images of a clip make up its fragments, shape (k, m)."""


class SpatialStream(Stream):
    """Face frames, RGB in [0, 1].

    Paper: Sec. 3.2, fragments of 16 frames.
    """

    def count(self, inputs: ClipInputs) -> Indices:
        """Return the number of frames of each clip."""
        return inputs.lengths

    def images(self, inputs: ClipInputs, clips: Indices, positions: Indices) -> Images:
        """Return frames."""
        return inputs.faces[inputs.starts[clips] + positions].astype(np.float32) / 255

    def fragments(self, n_frames: int, *, length: int = 16) -> Indices:
        """Return the frames of each fragment."""
        return fragments(n_frames, length)


class TemporalStream(Stream):
    """Flow images (Eq. 1): d_x, d_y and their length, in px/frame.

    Paper: Sec. 3.2, Eq. (1).

    Notes
    -----
    Departures from the paper: (I) The frames that the 16-frame rule copies to lengthen a
    short clip do not move: their flows are left out.
    """

    def count(self, inputs: ClipInputs) -> Indices:
        """Return the number of flows of each clip."""
        return inputs.lengths - 1

    def images(self, inputs: ClipInputs, clips: Indices, positions: Indices) -> Images:
        """Return flow images."""
        return flow_image(inputs.flow[inputs.starts[clips] + positions].astype(np.float32))

    def mirror(self, images: Images) -> Images:
        """Return mirrored flow images: what moved to the right moves to the left."""
        return super().mirror(images) * np.array([-1, 1, 1], dtype=np.float32)

    def fragments(self, n_frames: int, *, length: int = 16) -> Indices:
        """Return the flows between the frames of each fragment."""
        frames = fragments(n_frames, length)
        moves = (np.diff(frames, axis=1) > 0).all(axis=0)
        return frames[:, :-1][:, moves]


STREAMS: dict[str, Stream] = {"spatial": SpatialStream(), "temporal": TemporalStream()}
"""The two streams by name."""
