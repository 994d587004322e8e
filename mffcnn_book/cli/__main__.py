"""Run the command as ``python -m mffcnn_book.cli``."""

import sys

from mffcnn_book.cli import main

if __name__ == "__main__":
    sys.exit(main())
