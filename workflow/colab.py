"""Put the cell that makes Colab ready into every notebook, with the repository's address.

    python workflow/colab.py OWNER/NAME

A notebook that Colab opens stands alone, so it has to know where the rest is.  Until the
address is given, the cell says that it lacks it.  The book does not show the cell.
"""

import json
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CELL = "setup"  # its id
UNKNOWN = "OWNER/NAME"
SOURCE = """\
# On Colab: fetch the project and install what is missing, 2 to 4 minutes. Elsewhere: nothing.
import sys

REPOSITORY = "https://github.com/{repository}"
if "google.colab" in sys.modules:
    import os
    import subprocess
    from pathlib import Path

    folder = Path("/content/mffcnn")
    if not folder.is_dir():
        print("Fetching and installing, 2 to 4 minutes ...")
        subprocess.run(["git", "clone", "--depth=1", REPOSITORY, folder], check=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--editable", folder]
    subprocess.run(install, check=True)
    sys.path.insert(0, str(folder))
    os.chdir(folder)"""


def setup_cell(repository: str) -> dict:
    """Return the cell."""
    return {
        "cell_type": "code",
        "id": CELL,
        "metadata": {"tags": ["remove-cell"]},
        "source": SOURCE.format(repository=repository).splitlines(keepends=True),
        "execution_count": None,
        "outputs": [],
    }


def with_setup(notebook: dict, repository: str) -> dict:
    """Return a notebook whose second cell is the setup; one that was there before is replaced."""
    title, *rest = [cell for cell in notebook["cells"] if cell.get("id") != CELL]
    return {**notebook, "cells": [title, setup_cell(repository), *rest]}


def main() -> None:
    """Write the cell into all notebooks."""
    repository = sys.argv[1]
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = with_setup(json.loads(path.read_text(encoding="utf-8")), repository)
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
