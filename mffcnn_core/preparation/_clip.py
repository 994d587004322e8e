"""A clip and its prepared file, which mends itself."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import PreparationError
from mffcnn_core.preparation._arrays import PreparedArrays
from mffcnn_core.preparation._files import load_prepared, open_prepared
from mffcnn_core.preparation._prepare import prepare_file
from mffcnn_core.preparation._settings import PreparationSettings


@dataclass(frozen=True)
class PreparedClip:
    """A clip and where its prepared arrays lie: small, and cheap to send to a process.

    Attributes
    ----------
    clip : Clip
    path : Path
        Of the facts; the arrays lie beside it.
    video : Path or None
        What the files were made of.  With it, a file that is found damaged or missing is reported
        in a warning and made again.
    settings : PreparationSettings or None
        How they were made.
    """

    clip: Clip
    path: Path
    video: Path | None = None
    settings: PreparationSettings | None = None

    def load(self) -> PreparedArrays:
        """Read the arrays, and compare their checksums.

        Raises
        ------
        PreparationError
            If a file is missing or damaged, and there is no video to make it again from.
        """
        return self._read(load_prepared)

    def open(self) -> PreparedArrays:
        """Map the arrays from disk without reading them, for a video that is too long to hold.

        Flow has the type it lies in, half precision unless settings say otherwise.

        Raises
        ------
        PreparationError
            If a file is missing or cut off, and there is no video to make it again from.
            Other damage is found by :meth:`load`.
        """
        return self._read(open_prepared)

    def _read(self, how: Callable[[Path], PreparedArrays]) -> PreparedArrays:
        try:
            return how(self.path)
        except PreparationError as error:
            if self.video is None:
                raise
            what = str(error).removesuffix("Prepare the data set again.")
            warnings.warn(f"{what}It is made again, from {self.video}.", stacklevel=3)
            prepare_file(self.video, self.path, self.settings)
            return how(self.path)
