"""Data sets as they are declared: who may use them, what they hold, where a clip lies."""

from mffcnn_core.datasets._build import BUILT, read_build, write_build
from mffcnn_core.datasets._dataset import Dataset, Validation, open_dataset, validate
from mffcnn_core.datasets._features import Features, read_features
from mffcnn_core.datasets._index import Clip, read_index, write_index
from mffcnn_core.datasets._layout import AGAIN, Layout
from mffcnn_core.datasets._manifest import DownloadFile, Manifest, load_manifest
from mffcnn_core.datasets._patterns import PathPattern
from mffcnn_core.datasets._tables import Sheet, read_sheet

__all__ = [
    "AGAIN",
    "BUILT",
    "Clip",
    "Dataset",
    "DownloadFile",
    "Features",
    "Layout",
    "Manifest",
    "PathPattern",
    "Sheet",
    "Validation",
    "load_manifest",
    "open_dataset",
    "read_build",
    "read_features",
    "read_index",
    "read_sheet",
    "validate",
    "write_build",
    "write_index",
]
