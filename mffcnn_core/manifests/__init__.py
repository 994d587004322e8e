"""Data sets as they are declared: who may use them, what they hold, where a clip lies."""

from mffcnn_core.manifests._dataset import Dataset, Validation, open_dataset, validate
from mffcnn_core.manifests._index import Clip, read_index, write_index
from mffcnn_core.manifests._manifest import Manifest, load_manifest

__all__ = [
    "Clip",
    "Dataset",
    "Manifest",
    "Validation",
    "load_manifest",
    "open_dataset",
    "read_index",
    "validate",
    "write_index",
]
