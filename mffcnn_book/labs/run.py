"""``python -m mffcnn_book.labs.run``: see ``_runner``."""

import sys

from mffcnn_book.labs._runner import main

if __name__ == "__main__":
    sys.exit(main())
