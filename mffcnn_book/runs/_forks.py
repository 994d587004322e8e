"""Kernels that :mod:`mffcnn_book.kernels` forks, for the runs of a build."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from mffcnn_core.seeding import ONE_THREAD

PLACE = "MFFCNN_KERNELS"
"""Environment variable that names the socket of the process to ask for a kernel."""

_NAME = "mffcnn-forked"


@contextlib.contextmanager
def forked_kernels(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Offer kernels to fork while the block runs.

    Parameters
    ----------
    environment : mapping
        Of the process that is forked.

    Yields
    ------
    dict of str
        Variables that lead a run of a notebook here.  Empty on systems other than Linux,
        where a process with these libraries cannot safely be forked.
    """
    if sys.platform != "linux":
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="mffcnn-") as folder:  # readable by its owner only
        place = str(Path(folder, "kernels"))
        with socket.socket(socket.AF_UNIX) as desk:
            desk.bind(place)
            desk.listen()
            process = subprocess.Popen(
                [sys.executable, "-m", "mffcnn_book.kernels", str(desk.fileno())],
                env=dict(environment) | ONE_THREAD,  # threads would not live through a fork
                stdin=subprocess.PIPE,  # closes when this process ends, however it ends
                pass_fds=[desk.fileno()],
            )
        try:
            yield {PLACE: place}
        finally:
            process.kill()
            process.communicate()


def use_forked_kernels() -> dict[str, Any]:
    """Return what a kernel's specification says to have it forked; empty if none is offered."""
    if PLACE not in os.environ:
        return {}
    known = KernelProvisionerFactory.instance().provisioners
    kind = f"{__name__}:{ForkedKernel.__name__}"
    known[_NAME] = EntryPoint(_NAME, kind, KernelProvisionerFactory.GROUP_NAME)
    return {"kernel_provisioner": {"provisioner_name": _NAME}}


class ForkedKernel(LocalProvisioner):
    """Asks the process at ``PLACE`` for a kernel; if that has ended, says so and starts one."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Return how to reach the kernel."""
        asked = {
            "arguments": cmd[cmd.index("ipykernel_launcher") + 1 :],
            "folder": str(kwargs.get("cwd") or Path.cwd()),
            "environment": dict(kwargs["env"]),
        }
        try:
            self.process = _Fork.ask(os.environ[PLACE], asked)
        except (ConnectionError, FileNotFoundError) as error:
            warnings.warn(
                f"kernel: expected one to be forked, got {error!r}. It is started instead, which "
                "takes some seconds more.",
                stacklevel=2,
            )
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid  # it leads a session of its own
        return self.connection_info


class _Fork(psutil.Process):
    """A kernel that is not our child, with the part of ``Popen`` that Jupyter asks for."""

    stdin = stdout = stderr = None
    line: socket.socket  # the kernel ends when this closes

    @classmethod
    def ask(cls, place: str, asked: Mapping[str, Any]) -> "_Fork":
        line = socket.socket(socket.AF_UNIX)
        line.connect(place)
        socket.send_fds(line, [b"."], [1, 2])  # it writes where this process writes
        line.sendall(json.dumps(asked).encode() + b"\n")
        answer = line.makefile(encoding="ascii").readline()
        if not answer:
            raise ConnectionResetError(place)
        kernel = cls(int(answer))
        kernel.line = line
        return kernel

    def poll(self) -> int | None:
        """Return None while the kernel runs."""
        return None if self.is_running() and self.status() != psutil.STATUS_ZOMBIE else 1
