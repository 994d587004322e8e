"""The kernel that notebooks run on: the Python that runs this code, and no other."""

import os
import re
from pathlib import Path
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from traitlets import default

from mffcnn_book.runs._forks import use_forked_kernels


class KernelOfThisEnvironment(AsyncKernelManager):
    """A kernel manager that cannot be led to another environment.

    Jupyter looks a kernel up by its name, ``python3``, on a path of folders; a
    kernel that a user installed elsewhere under this name may come first, and the
    notebook would run with other versions than those in the run record.
    """

    peak_memory_mib: float | None = None  # of the kernel that stopped last

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of ``sys.executable``."""
        # Being stopped while it is idle is an ERROR to the kernel, and none to a reader.
        kernel = get_kernel_dict(extra_arguments=["--log-level=CRITICAL"])
        kernel["metadata"] |= use_forked_kernels()
        return KernelSpec(**kernel)

    @default("transport_encryption")
    def _encrypted(self) -> str:
        # The connection goes over TCP: on a shared machine others could listen to it.
        return "auto" if zmq.has("curve") else "disabled"

    async def start_kernel(self, **options: Any) -> None:
        """Start the kernel without the debugger's warning about frozen modules."""
        options.setdefault("env", {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
        await super().start_kernel(**options)

    async def shutdown_kernel(self, *words: Any, **options: Any) -> None:
        """Stop the kernel, after a look at the memory that it has used."""
        type(self).peak_memory_mib = _peak_memory_mib(getattr(self.provisioner, "pid", None))
        await super().shutdown_kernel(*words, **options)


def _peak_memory_mib(pid: int | None) -> float | None:
    """Return the high-water mark of a process's resident size, where /proc tells it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return round(int(found[1]) / 1024, 1) if found else None
