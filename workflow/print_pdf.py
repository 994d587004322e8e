"""Print the site of a profile to one PDF, page after page, with a Chromium of the system.

    python workflow/print_pdf.py --profile quick --dataset synthetic

It prints what the browser prints: the pages' own print style, light, without navigation.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from pypdf import PdfReader, PdfWriter

from mffcnn_book.runs import Site
from mffcnn_core.files import atomic_path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = "--headless --no-sandbox --disable-gpu --no-first-run --no-pdf-header-footer"


def pages_of(entry: dict) -> list[str]:
    """Return the pages of a table of contents in its order, without the library's."""
    pages = [entry[key] for key in ("root", "file") if key in entry]
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, ()):
            pages += pages_of(child)
    return [page for page in pages if not page.startswith("book/api")]


def main() -> None:
    """Print every page, then join them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="quick")
    parser.add_argument("--dataset", default="synthetic")
    args = parser.parse_args()
    site = Site(Path.cwd(), args.profile, args.dataset)
    if not site.index.is_file():
        sys.exit(f"site: expected {site.index}, got no file. Run `make book` first.")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"browser: expected one of {', '.join(BROWSERS)}, got none. Install one of them.")
    html = site.index.parent
    contents = yaml.safe_load((site.root / "book" / "_toc.yml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        whole = PdfWriter()
        for number, page in enumerate(pages_of(contents)):
            part = Path(folder, f"{number:03d}.pdf")
            address = (html / f"{page}.html").resolve().as_uri()
            wait = "--virtual-time-budget=20000"  # ms, for the formulas
            command = [browser, *QUIET.split(), wait, f"--print-to-pdf={part}", address]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            printed = PdfReader(part)
            # a page's title ends with the book's
            title = (printed.metadata.title or page).rpartition(" \N{EM DASH} ")[0] or page
            whole.append(printed, outline_item=title)
            print(f"[{number + 1}] {page}", flush=True)
        with atomic_path(html / "book.pdf") as target:
            whole.write(target)
    print(html / "book.pdf")


if __name__ == "__main__":
    main()
