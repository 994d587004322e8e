"""Reference reproduction of Ren (2021), video facial expression recognition (MFFCNN).

The library is a building of floors; a floor imports only lower floors
(``pyproject.toml`` holds the contract, ``lint-imports`` checks it).  Import the
package you need, for instance ``from mffcnn_core.flow import estimate_flow``:
the root stays empty, so that importing it loads neither torch nor OpenCV.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("mffcnn")
except PackageNotFoundError:  # a source tree that nobody has installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
