"""A clip and its prepared file, which mends itself."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import PreparationError
from mffcnn_core.preparation._arrays import (
    PreparedArrays,
    StoredClip,
    load_prepared,
    open_prepared,
)
from mffcnn_core.preparation._prepare import prepare_file
from mffcnn_core.preparation._settings import PreparationSettings

T = TypeVar("T")


@dataclass(frozen=True)
class PreparedClip:
    """A clip and where its prepared arrays lie: small, and cheap to send to a process.

    Attributes
    ----------
    clip : Clip
    path : Path
    video : Path or None
        What the file was made of.  With it, a file that is found damaged or missing is told
        in a warning and made again.
    settings : PreparationSettings or None
        How it was made.
    """

    clip: Clip
    path: Path
    video: Path | None = None
    settings: PreparationSettings | None = None

    def load(self) -> PreparedArrays:
        """Read the arrays, and compare their check sums.

        Raises
        ------
        PreparationError
            If the file is missing or damaged, and there is no video to make it again of.
        """
        return self._read(load_prepared)

    def open(self) -> StoredClip:
        """Return the arrays without reading them, for a video that is too long to be held.

        Raises
        ------
        PreparationError
            If the file is missing or cut off, and there is no video to make it again of.
            Other damage is found by :meth:`load`.
        """
        return self._read(open_prepared)

    def _read(self, how: Callable[[Path], T]) -> T:
        try:
            return how(self.path)
        except PreparationError as error:
            if self.video is None:
                raise
            warnings.warn(
                f"{self.path}: expected a prepared clip as it was written, got a missing or "
                f"damaged file ({error.__cause__}). It is made again, of {self.video}.",
                stacklevel=3,
            )
            prepare_file(self.video, self.path, self.settings)
            return how(self.path)
