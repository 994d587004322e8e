"""Tiny books for the extensions, the real site of the smoke profile, and a browser."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mffcnn_book.runs import Site


@dataclass
class TinyBook:
    """A Sphinx project with the book's local extensions."""

    folder: Path
    extensions: Path

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, *extensions: str, **values: object) -> None:
        lines = [f"extensions = {list(extensions)!r}"]
        lines += [f"{name} = {value!r}" for name, value in values.items()]
        self.write("conf.py", "\n".join(lines))

    def build(self) -> str:
        """Build; return what Sphinx says on stdout and stderr."""
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-n", "--no-color", str(self.folder), str(self.html)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(self.extensions)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    @property
    def html(self) -> Path:
        return self.folder / "_out"

    def page(self, name: str) -> str:
        return (self.html / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def tiny_book(tmp_path: Path, root: Path) -> TinyBook:
    return TinyBook(tmp_path, root / "book" / "_ext")


@pytest.fixture(scope="session")
def smoke_pages(smoke_site: Site) -> list[Path]:
    """Every page of the site."""
    html = smoke_site.index.parent
    return sorted(page for page in html.rglob("*.html") if "_static" not in page.parts)


@pytest.fixture(scope="session")
def playwright() -> Iterator:
    """The driver of browsers: a process may start one only once at a time."""
    with pytest.importorskip("playwright.sync_api").sync_playwright() as started:
        yield started


@contextlib.contextmanager
def _chromium(playwright, *flags: str) -> Iterator:
    """A headless Chromium of the system, without its own traffic."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.skip(
            f"no browser found ({', '.join(names)}). Debian and Ubuntu: sudo apt-get install "
            "chromium; macOS: brew install --cask chromium"
        )
    quiet = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
        "--disable-background-networking --disable-component-update"
    )
    browser = playwright.chromium.launch(executable_path=executable, args=[*quiet.split(), *flags])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def headless_chromium(playwright) -> Callable:
    return functools.partial(_chromium, playwright)


@pytest.fixture(scope="session")
def browser(headless_chromium) -> Iterator:
    with headless_chromium() as browser:
        yield browser


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess]:
    def run(*command: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
        )

    return run
