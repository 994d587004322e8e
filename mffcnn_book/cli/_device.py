"""``--device``: where networks compute."""

import argparse


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add the option to a command that trains networks or uses them."""
    parser.add_argument(
        "--device",
        default="auto",
        help="cpu, cuda or cuda:NUMBER (default: auto, a GPU if there is one)",
    )
