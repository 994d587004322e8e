"""Write video files, and check that OpenCV did."""

from pathlib import Path

import cv2

from mffcnn_core.arrays import Frames, check_frames
from mffcnn_core.errors import ParameterError, VideoError
from mffcnn_core.files import atomic_path
from mffcnn_core.video._read import iter_frames, probe

CODECS = {".mp4": "mp4v", ".webm": "VP80"}
"""Codec by suffix; both are in every OpenCV wheel.  Browsers play only the second one."""


def write_video(path: Path | str, frames: Frames, *, fps: float = 25.0) -> None:
    """Write frames as a video file, atomically.

    Parameters
    ----------
    path : Path or str
        Ends in ``.mp4`` (MPEG-4 part 2) or ``.webm`` (VP8, plays in a browser).
    frames : ndarray of uint8, shape (n, H, W, 3)
        RGB; H and W even, since both codecs halve the colour planes.
    fps : float
        Frames per second, > 0.

    Raises
    ------
    ParameterError
        If an argument is outside the above.
    VideoError
        If the encoder is missing, or the file that it wrote does not hold the frames.
    """
    path = Path(path)
    check_frames(frames)
    if path.suffix.lower() not in CODECS:
        raise ParameterError(
            f"path: expected a name that ends in {' or '.join(CODECS)}, got {path.name!r}. "
            "Choose .webm for a page, .mp4 for everything else."
        )
    if not fps > 0:
        raise ParameterError(f"fps: expected a positive rate, got {fps!r}.")
    n, height, width = frames.shape[:3]
    if height % 2 or width % 2:
        raise ParameterError(
            f"frames: expected an even height and width, got {height} x {width}. "
            "The encoder would cut a line in silence; pad or crop the frames by one pixel."
        )
    codec = CODECS[path.suffix.lower()]
    with atomic_path(path) as part:
        writer = cv2.VideoWriter(
            str(part), cv2.VideoWriter_fourcc(*codec), float(fps), (width, height)
        )
        try:
            if not writer.isOpened():
                raise VideoError(
                    f"{path}: expected an encoder for {codec}, got none that opens. "
                    "Use the opencv-python wheel and check that the folder can be written to."
                )
            for frame in frames:
                writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        finally:
            writer.release()
        try:
            written = probe(part)
            whole = sum(1 for _ in iter_frames(part))  # the head of a file promises too much
        except VideoError as error:
            raise VideoError(
                f"{path}: expected a file that can be read again, got none ({error}). Is the "
                "disk full?"
            ) from error
        found = min(written.n_frames, whole)
        if (found, written.height, written.width) != (n, height, width):
            raise VideoError(
                f"{path}: expected {n} frames of {height} x {width} in the written file, got "
                f"{found} of {written.height} x {written.width}. Is the disk full?"
            )
