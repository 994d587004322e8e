"""Data sets of which only measurements can be had: a table with a row for each clip."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mffcnn_core.datasets._dataset import Dataset
from mffcnn_core.datasets._index import Clip
from mffcnn_core.datasets._tables import read_sheet
from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.files import sha256_of_file


@dataclass(frozen=True, eq=False)
class Features:
    """What was measured of the clips of a data set.

    Attributes
    ----------
    clips : tuple of Clip
    names : tuple of str, length d
        Of the measurements.
    values : ndarray of float64, shape (n_clips, d)
        In the units of whoever measured them.
    """

    clips: tuple[Clip, ...]
    names: tuple[str, ...]
    values: npt.NDArray[np.float64]


def read_features(dataset: Dataset) -> Features:
    """Return what was measured of the clips of a data set of the kind ``"features"``.

    Parameters
    ----------
    dataset : Dataset

    Raises
    ------
    ParameterError
        If it is of another kind: then there are videos to prepare.
    ManifestError
        If the table is gone, or another one than when its index was built.
    """
    layout = dataset.manifest.layout
    if layout is None or layout.features is None:
        raise ParameterError(
            f"{dataset.manifest.name}: expected a data set of the kind 'features', got one of "
            "videos. Prepare its clips: `mffcnn prepare`."
        )
    path = dataset.path_of(dataset.clips[0])
    if not path.is_file() or sha256_of_file(path) != dataset.clips[0].sha256:
        raise ManifestError(
            f"{path}: expected the table as it was when its index was built, got "
            f"{'another one' if path.is_file() else 'none'}. Run `mffcnn data build "
            f"{dataset.manifest.name} --root DIR` again."
        )
    wanted = layout.features.sheet_columns
    rows = {row["clip"]: row for _, row in read_sheet(path, wanted, wanted).rows}
    values = [[float(rows[clip.clip][name]) for name in layout.features.columns]
              for clip in dataset.clips]  # fmt: skip
    return Features(dataset.clips, layout.features.columns, np.array(values))
