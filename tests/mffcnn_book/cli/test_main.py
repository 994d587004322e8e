import errno
import subprocess
import sys
import types

import pytest

from mffcnn_book import cli
from mffcnn_core import __version__
from mffcnn_core.errors import ParameterError


def use(monkeypatch, function):
    """Put a command ``try`` in place of all, whose run is ``function``."""

    def add_parser(subparsers):
        subparsers.add_parser("try").set_defaults(run=function)

    module = types.ModuleType("mffcnn_book.cli._try")
    module.add_parser = add_parser
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(cli, "COMMANDS", (cli.Command("try", "_try", "a trial"),))


@pytest.mark.parametrize(("answer", "code"), [(None, 0), (0, 0), (3, 3)])
def test_a_command_gives_the_exit_code(monkeypatch, answer, code):
    use(monkeypatch, lambda args: answer)
    assert cli.main(["try"]) == code


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ParameterError("window: expected > 0, got 0."), 1, "mffcnn: window: expected > 0, got 0."),
        (
            OSError(errno.ENOSPC, "No space left on device", "x.npz"),
            1,
            "none for x.npz (No space left on device). Free some and run the same command again: "
            "what is done is kept.",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "a.csv"),
            1,
            'mffcnn: a.csv: expected the right to use it, got "Permission denied". Change its '
            "rights, or choose another place.",
        ),
        (
            OSError(errno.ENAMETOOLONG, "File name too long", b"\xff.csv"),
            1,
            'mffcnn: \\xff.csv: expected a name that the disk can hold, got "File name too long". '
            "Choose a shorter one.",
        ),
        (OSError(errno.EXDEV, "odd"), 1, 'got "odd". `mffcnn doctor` may tell more.'),
        (OSError("no number"), 1, 'got "no number". `mffcnn doctor` may tell more.'),
        (RuntimeError("Could not determine home directory."), 1, "in which you may write."),
        (MemoryError(), 1, "use fewer jobs, or a smaller profile."),
        (KeyboardInterrupt(), 130, "mffcnn: interrupted"),
        (ImportError("No module named 'cv2'"), 1, "'cv2'. `mffcnn doctor` tells what mends it."),
    ],
)
def test_an_error_is_told_without_a_traceback(monkeypatch, capsys, error, code, told):
    def fail(args):
        raise error

    use(monkeypatch, fail)
    assert cli.main(["try"]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.rstrip().endswith(told)
    assert "Traceback" not in shown.err


def test_an_error_that_nobody_meant_keeps_its_traceback(monkeypatch):
    use(monkeypatch, lambda args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["try"])


def test_output_that_nobody_reads_ends_quietly(root):
    code = (
        "from mffcnn_book.cli import main; import sys; sys.exit(main(['data', 'show', 'ravdess']))"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"{one.name} " in shown for one in cli.COMMANDS)


@pytest.mark.parametrize("command", [one.name for one in cli.COMMANDS])
def test_every_command_has_a_help_of_its_own(capsys, command):
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert f"usage: mffcnn {command}" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [[], ["runn"]])
def test_a_wrong_command_line_is_told(capsys, argv):
    with pytest.raises(SystemExit, match="2"):
        cli.main(argv)
    assert "COMMAND" in capsys.readouterr().err


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"mffcnn {__version__}\n"


def test_the_help_loads_no_command():
    code = (
        "import sys\n"
        "from mffcnn_book.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in sys.modules if n.startswith('mffcnn_book.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    # no command; what words an error is there before no further file can be opened
    assert done.stdout.splitlines()[-1] == "['mffcnn_book.cli._refusal']"
