"""The model files of detectors: known by their checksum, fetched when asked for."""

from pathlib import Path

from mffcnn_core.errors import DetectorError
from mffcnn_core.files import sha256_of_file

YUNET_FILE = "face_detection_yunet_2023mar.onnx"
YUNET_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
YUNET_URL = (
    "https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/"
    f"face_detection_yunet/{YUNET_FILE}"
)

PATIENCE = 10  # seconds without an answer of the server


def yunet_path() -> Path:
    """Return where a fetched model lies: the user's cache folder."""
    import pooch  # only those who ask for a model wait for it

    return Path(pooch.os_cache("mffcnn")) / YUNET_FILE


def fetch_yunet(url: str = YUNET_URL) -> Path:
    """Fetch the model of YuNet (230 kB, Apache-2.0) unless it is there, and check it.

    Parameters
    ----------
    url : str

    Returns
    -------
    Path

    Raises
    ------
    DetectorError
        If the server cannot be reached or sends another file.
    """
    import pooch

    path = yunet_path()
    try:
        pooch.retrieve(
            url,
            f"sha256:{YUNET_SHA256}",
            fname=path.name,
            path=path.parent,
            downloader=pooch.HTTPDownloader(timeout=PATIENCE),
        )
    except (OSError, ValueError) as error:  # requests' errors are OSErrors, pooch's ValueErrors
        raise DetectorError(
            f"{url}: expected the model of YuNet, got none ({error}). Download it by hand and give "
            "its path as the detector's option 'model'."
        ) from error
    return path


def check_model(path: Path, sha256: str) -> None:
    """Raise if a model file is missing or another one.

    Raises
    ------
    DetectorError
    """
    if not path.is_file():
        raise DetectorError(
            f"{path}: expected the model of the detector, got no file. Fetch it with `mffcnn data "
            "model`, or give its path as the detector's option 'model'."
        )
    if (found := sha256_of_file(path)) != sha256:
        raise DetectorError(
            f"{path}: expected the model with sha256 {sha256}, got {found}. It is damaged or "
            "another version; fetch it again."
        )
