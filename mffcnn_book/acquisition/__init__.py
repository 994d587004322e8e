"""How a data set comes to lie on a disk: fetched, unpacked, looked through, entered in an index."""

from mffcnn_book.acquisition._build import Build
from mffcnn_book.acquisition._builder import build_index
from mffcnn_book.acquisition._fetch import DownloadPlan, download, plan_download
from mffcnn_book.acquisition._scan import LeftOut
from mffcnn_book.acquisition._unpack import unpack

__all__ = [
    "Build",
    "DownloadPlan",
    "LeftOut",
    "build_index",
    "download",
    "plan_download",
    "unpack",
]
