"""One file over HTTP, going on where an earlier attempt stopped."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm.std import tqdm

from mffcnn_core.datasets import DownloadFile
from mffcnn_core.errors import DownloadError

if TYPE_CHECKING:
    import requests

TIMEOUT = (10, 60)
"""Seconds to connect, and between two blocks."""

_BLOCK = 1 << 16


def part_of(path: Path) -> Path:
    """Return where the half of a file lies."""
    return path.with_name(f".{path.name}.part")


@dataclass
class Resuming:
    """A downloader for pooch, which calls it again after a failure: then it goes on."""

    one: DownloadFile
    target: Path
    session: "requests.Session"
    bar: tqdm
    _counted: int = 0  # bytes of this file that the bar shows

    def __call__(self, url: str, output: str, _pooch: Any) -> None:
        part = part_of(self.target)
        have = part.stat().st_size if part.is_file() else 0
        if have > self.one.size:  # of another file
            part.unlink()
            have = 0
        if have < self.one.size:
            headers = {"Accept-Encoding": "identity"}  # a range of bytes, not of their packing
            if have:
                headers["Range"] = f"bytes={have}-"
            with self.session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
                have = self._start(answer, part, have)
                with part.open("ab" if have else "wb") as file:
                    for block in answer.iter_content(_BLOCK):
                        file.write(block)
                        self._count(file.tell())
                        if file.tell() > self.one.size:  # a server that does not stop
                            break
        self._count(part.stat().st_size)
        part.replace(output)  # pooch compares the checksum and gives it its name

    def _start(self, answer: "requests.Response", part: Path, have: int) -> int:
        """Return how many bytes the server lets us keep, or raise."""
        import requests

        status = answer.status_code
        if status == 416:  # there is no such range: the half that is here is of another file
            part.unlink()
        elif 400 <= status < 500 and status not in (408, 429):
            raise DownloadError(
                f"{answer.url}: expected the file, got HTTP status {status} ({answer.reason}). "
                "The link is dead; look at the data set's page."
            )
        answer.raise_for_status()  # what may pass by itself is tried again
        if status != 206 or not answer.headers.get("Content-Range", "").startswith(
            f"bytes {have}-"
        ):
            have = 0
        if status == 206 and not have:
            part.unlink(missing_ok=True)
            raise requests.RequestException("another range than was asked for")
        length = answer.headers.get("Content-Length", "")
        if length.isdigit() and have + int(length) != self.one.size:
            part.unlink(missing_ok=True)
            raise DownloadError(
                f"{answer.url}: expected {self.one.size} bytes, got an offer of "
                f"{have + int(length)}. It is another file; look at the data set's page."
            )
        return have

    def _count(self, size: int) -> None:
        self.bar.update(size - self._counted)
        self._counted = size
