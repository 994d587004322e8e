"""Responses of networks to the parts of clips, and the average over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.features._inputs import ClipSequence

Vectors = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


def average_parts(responses: npt.NDArray[np.floating], parts: npt.NDArray[np.integer]) -> Vectors:
    """Average responses to images over each part of a clip.

    Paper: Sec. 3.1 (features of the frames of a fragment are average-pooled).

    Parameters
    ----------
    responses : ndarray, shape (n, d)
        One row per image of the clip.
    parts : ndarray of int, shape (k, m)
        Which images make up each part, see :meth:`StreamImages.parts`.

    Returns
    -------
    ndarray of float32, shape (k, d)

    Raises
    ------
    ParameterError
        If the shapes are not those, or an index lies outside the clip.

    Examples
    --------
    >>> average_parts(np.array([[1.0], [3.0], [9.0]]), np.array([[0, 1], [1, 2]]))
    array([[2.],
           [6.]], dtype=float32)
    """
    parts = np.asarray(parts)
    if responses.ndim != 2 or parts.ndim != 2 or parts.size == 0:
        raise ParameterError(
            "pooling: expected responses of shape (n, d) and parts of shape (k, m), got "
            f"{responses.shape} and {parts.shape}. Make the parts with StreamImages.parts."
        )
    if parts.min() < 0 or parts.max() >= len(responses):
        raise ParameterError(
            f"parts: expected indices from 0 to {len(responses) - 1}, got {parts.min()} "
            f"to {parts.max()}. Make them for this clip's number of images."
        )
    return responses[parts].mean(axis=1, dtype=np.float64).astype(np.float32)


def l2_normalise(features: npt.NDArray[np.floating]) -> Vectors:
    """Scale each vector to length 1; a zero vector stays zero.

    Paper: Sec. 3.4 (L2 normalisation before the classifier).

    Parameters
    ----------
    features : ndarray, shape (..., d)

    Examples
    --------
    >>> l2_normalise(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(features, axis=-1, keepdims=True)
    return (features / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class ClipParts(ClipSequence):
    """Responses to the parts of many clips: what a classifier is fitted on.

    Attributes
    ----------
    clips : tuple of Clip
    responses : mapping of str to tuple of ndarray of float32, shape (parts, d)
        By stream, one matrix for each clip.
    key : str
        What the responses are of; "" where no recogniser has loaded them.

    Examples
    --------
    >>> one = np.array([[0.0, 2.0], [0.0, 4.0]], np.float32)  # a clip of two fragments
    >>> parts = ClipParts(("clip",), {"spatial": (one,), "temporal": (one[:1],)})
    >>> parts.pooled(normalise=False).tolist()
    [[0.0, 3.0, 0.0, 2.0]]
    >>> parts.rows(normalise=False)[0].tolist()
    [[0.0, 2.0, 0.0, 2.0], [0.0, 4.0, 0.0, 2.0]]
    """

    clips: tuple[Any, ...]
    responses: Mapping[str, tuple[Vectors, ...]]
    key: str = ""

    def __getitem__(self, which: npt.ArrayLike) -> Self:
        """Return the clips at indices, or where a mask is true."""
        chosen = self.chosen(which)
        return replace(
            self,
            clips=tuple(self.clips[i] for i in chosen),
            responses={n: tuple(own[i] for i in chosen) for n, own in self.responses.items()},
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the clips of several, one after the other."""
        return cls(
            clips=tuple(clip for part in parts for clip in part.clips),
            responses={
                name: tuple(own for part in parts for own in part.responses[name])
                for name in parts[0].responses
            },
            key=parts[0].key,
        )

    def only(self, stream: str) -> Self:
        """Return the responses of one stream."""
        return replace(self, responses={stream: self.responses[stream]})

    def pooled(self, *, normalise: bool = True) -> Vectors:
        """Average over the parts of each clip and put the streams side by side.

        Paper: Sec. 3.1, 3.4.

        Parameters
        ----------
        normalise : bool
            Scale each stream's vector to length 1.

        Returns
        -------
        ndarray of float32, shape (n_clips, D)
        """
        streams = [
            np.stack([own.mean(axis=0, dtype=np.float64) for own in clips])
            for clips in self.responses.values()
        ]
        return _side_by_side(streams, normalise)

    def rows(self, *, normalise: bool = True) -> tuple[Vectors, Indices]:
        """Return a row for each part, the streams side by side, and the clip of each row.

        Where streams cut a clip into different numbers of parts, each part of the finer
        one is paired with the part of the other that lies at the same place of the clip.

        Parameters
        ----------
        normalise : bool
            Scale each stream's vector to length 1.

        Returns
        -------
        rows : ndarray of float32, shape (n_parts, D)
        clips : ndarray of int, shape (n_parts,)
        """
        counts = np.array([[len(own) for own in clips] for clips in self.responses.values()])
        finest = counts.max(axis=0)
        streams = [
            np.concatenate(
                [
                    own[(2 * np.arange(n) + 1) * len(own) // (2 * n)]
                    for own, n in zip(clips, finest, strict=True)
                ]
            )
            for clips in self.responses.values()
        ]
        return _side_by_side(streams, normalise), np.repeat(np.arange(len(self)), finest)


def _side_by_side(streams: list[npt.NDArray[np.floating]], normalise: bool) -> Vectors:
    return np.hstack([l2_normalise(m) if normalise else m.astype(np.float32) for m in streams])
