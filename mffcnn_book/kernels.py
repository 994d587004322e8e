"""Forks kernels from one process, in which what notebooks import is loaded already.

Without it each of twenty notebooks loads torch, scikit-learn, pandas and seaborn anew, which
takes longer than many a page computes.  ``python -m mffcnn_book.kernels`` is started by
:func:`mffcnn_book.runs.run_workflow`.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from importlib import import_module
from pathlib import Path

LIBRARIES = (
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "seaborn",
    "mffcnn_book.pages",
    "mffcnn_book.experiments",
    "mffcnn_core.pipelines",
    "mffcnn_corpus",
)


def serve(desk: socket.socket, libraries: tuple[str, ...] = LIBRARIES) -> None:
    """Fork a kernel for whoever asks, until standard input closes.

    The libraries are loaded when the first one asks: most builds find nothing to do.

    Parameters
    ----------
    desk : socket
        Listens to who asks.
    libraries : tuple of str
        Modules that a kernel shall have.
    """
    # as ipykernel sets it, too late here: matplotlib reads it when it is imported
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    with desk:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a kernel that ended leaves no zombie
        while sys.stdin not in select.select([desk, sys.stdin], [], [])[0]:
            for name in libraries:
                import_module(name)
            gc.freeze()  # a kernel's collector then touches, and copies, none of their pages
            line, _ = desk.accept()
            with line, contextlib.suppress(ConnectionError, ValueError):
                _, outputs, *_ = socket.recv_fds(line, 1, 2)
                asked = json.loads(line.makefile(encoding="utf-8").readline())
                child = os.fork()
                if not child:
                    desk.close()
                    _be_kernel(line, outputs, **asked)
                line.sendall(f"{child}\n".encode())
                for one in outputs:
                    os.close(one)


def _be_kernel(
    line: socket.socket,
    outputs: list[int],
    *,
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(os.devnull).open("rb") as nothing:
        for number, source in enumerate([nothing.fileno(), *outputs]):
            os.dup2(source, number)
    for source in outputs:
        os.close(source)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.environ.pop("JPY_PARENT_PID", None)  # whose kernel this is, is no parent of it
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()
    import_module("numpy.random").seed()  # as in a process of its own, not as in its siblings
    app = import_module("ipykernel.kernelapp").IPKernelApp
    app.launch_instance(arguments)
    sys.exit()


def _end_with(line: socket.socket) -> None:
    """End this kernel when the run that asked for it has ended, however that came."""
    line.recv(1)
    os._exit(1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
