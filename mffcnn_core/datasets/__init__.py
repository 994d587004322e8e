"""Data sets as they are declared: who may use them, what they hold, where a clip lies."""

from mffcnn_core.datasets._build import Build
from mffcnn_core.datasets._builder import build_index
from mffcnn_core.datasets._dataset import Dataset, Validation, open_dataset, validate
from mffcnn_core.datasets._features import Features, read_features
from mffcnn_core.datasets._fetch import DownloadPlan, download, plan_download
from mffcnn_core.datasets._index import Clip, read_index, write_index
from mffcnn_core.datasets._manifest import Manifest, load_manifest
from mffcnn_core.datasets._scan import LeftOut
from mffcnn_core.datasets._unpack import unpack

__all__ = [
    "Build",
    "Clip",
    "Dataset",
    "DownloadPlan",
    "Features",
    "LeftOut",
    "Manifest",
    "Validation",
    "build_index",
    "download",
    "load_manifest",
    "open_dataset",
    "plan_download",
    "read_features",
    "read_index",
    "unpack",
    "validate",
    "write_index",
]
