"""Data sets as they are declared: who may use them, what they hold, where a clip lies."""

from mffcnn_core.manifests._build import Build, build_index
from mffcnn_core.manifests._dataset import Dataset, Validation, open_dataset, validate
from mffcnn_core.manifests._index import Clip, read_index, write_index
from mffcnn_core.manifests._manifest import Manifest, load_manifest
from mffcnn_core.manifests._scan import LeftOut

__all__ = [
    "Build",
    "Clip",
    "Dataset",
    "LeftOut",
    "Manifest",
    "Validation",
    "build_index",
    "load_manifest",
    "open_dataset",
    "read_index",
    "validate",
    "write_index",
]
