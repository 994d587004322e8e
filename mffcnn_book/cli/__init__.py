"""The command ``mffcnn``: thin, one module for each command.

The module of a command is imported when the command is asked for, and no other: the
help and ``mffcnn doctor`` are quick, and work where torch or OpenCV are broken.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from mffcnn_book.cli._refusal import refusal
from mffcnn_core import __version__
from mffcnn_core.errors import MffcnnError

DESCRIPTION = (
    "Reproduce Ren (2021), video facial expression recognition: "
    "run the notebooks, build the book, repeat single steps."
)


@dataclass(frozen=True)
class Command:
    """A command, and the module whose ``add_parser(subparsers)`` adds it.

    ``add_parser`` sets the default ``run`` of its parser to a function that takes the
    parsed arguments and returns the exit code; None stands for 0.
    """

    name: str
    module: str
    summary: str


COMMANDS = (
    Command("book", "_book", "make everything that is due, from the clips to the site"),
    Command("site", "_book", "build only the pages, from executed notebooks and records"),
    Command("data", "_data", "list data sets, fetch them, enter your copy, check it"),
    Command("corpus", "_steps", "render the synthetic corpus of a profile"),
    Command("prepare", "_steps", "cut out faces and estimate their flow"),
    Command("grids", "_grids", "list the experiments, and which have a record"),
    Command("evaluate", "_steps", "run an experiment and record its results"),
    Command("train", "_model", "train a pipeline on a data set and save it"),
    Command("predict", "_model", "say which expression a video shows, over time"),
    Command("run", "_run", "execute one notebook with parameters, and record the run"),
    Command("labs", "_labs", "make, hand out, collect, mark and return the labs of the course"),
    Command("audit", "_audit", "check anyone's confusion matrix or table of accuracies"),
    Command("doctor", "_doctor", "say what is wrong with this environment, and what mends it"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; by default those of the process.

    Returns
    -------
    int
        Exit code: 0, 1 for an error that stderr reports, 3 if the work is done but some
        files are wrong, 130 for an interrupt, 141 if nobody reads the output any more.

    Raises
    ------
    SystemExit
        By argparse: with 2 for a wrong command line, with 0 after help or version.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    chosen = next((one for one in COMMANDS if argv[:1] == [one.name]), None)
    for stream in (sys.stdout, sys.stderr):  # a name may hold what the terminal cannot show
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        args = _parser(chosen).parse_args(argv)
        return args.run(args) or 0
    except MffcnnError as error:
        print(f"mffcnn: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads our output has had enough, e.g. `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(f"mffcnn: {refusal(error)}", file=sys.stderr)
        return 1
    except RuntimeError as error:
        if "home directory" not in str(error):  # what pathlib and others say without HOME
            raise
        print(
            f"mffcnn: home folder: expected one, got none ({error}). Set HOME to a folder in which "
            "you may write.",
            file=sys.stderr,
        )
        return 1
    except MemoryError:
        print(
            "mffcnn: memory: expected enough of it, got none. Close other programs, use fewer "
            "jobs, or a smaller profile.",
            file=sys.stderr,
        )
        return 1
    except ImportError as error:
        print(f"mffcnn: {error}. `mffcnn doctor` tells what mends it.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mffcnn: interrupted", file=sys.stderr)
        return 130


def _parser(chosen: Command | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mffcnn", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    if chosen is not None:
        import_module(f"{__name__}.{chosen.module}").add_parser(subparsers)
    else:
        for command in COMMANDS:  # only to be listed
            subparsers.add_parser(command.name, help=command.summary)
    return parser
