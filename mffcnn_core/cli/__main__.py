"""Run the command as ``python -m mffcnn_core.cli``."""

import sys

from mffcnn_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
