"""Arrays in a file that are written and read in slices: memory does not grow with their length.

The file is an ordinary ``.npz`` that is not compressed, so ``numpy.load`` reads it too.
"""

import contextlib
import math
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError, PreparationError

_LOCAL_HEADER = 30  # bytes before the name of a zip member; at 26 and 28 two lengths


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever a missing or damaged file raises into one error."""
    try:
        yield
    except FileNotFoundError as error:
        raise PreparationError(
            f"{path}: expected a prepared clip, got no file. Prepare the data set again."
        ) from error
    # a zip file's flags are damaged: RuntimeError (encrypted, not implemented) or struct.error
    except (
        *(zipfile.BadZipFile, ValueError, KeyError, EOFError, OSError),
        *(RuntimeError, struct.error, zlib.error),
    ) as error:
        raise PreparationError(
            f"{path}: expected a prepared clip, got a file that cannot be read ({error}). "
            "Delete it and prepare the data set again."
        ) from error


@dataclass(frozen=True)
class StoredArray:
    """An array in a prepared file; slices of it are read when they are asked for.

    ``stored[10:20]`` reads ten rows, ``stored[:]`` all, a loop one after the other.

    Attributes
    ----------
    path : Path
    offset : int
        Where its values begin in the file.
    shape : tuple of int
    stored_dtype : numpy.dtype
        In the file.
    dtype : numpy.dtype
        Of what is read.

    Raises
    ------
    ParameterError
        If a slice has a step.
    PreparationError
        If the file is missing or damaged.
    """

    path: Path
    offset: int
    shape: tuple[int, ...]
    stored_dtype: np.dtype
    dtype: np.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def _read(self, file: IO[bytes], count: int) -> npt.NDArray[Any]:
        size = count * math.prod(self.shape[1:])
        values = np.fromfile(file, self.stored_dtype, size)
        if len(values) != size:
            raise EOFError(f"it ends {size - len(values)} values too early")
        return values.reshape(count, *self.shape[1:]).astype(self.dtype, copy=False)

    @contextlib.contextmanager
    def _at(self, row: int) -> Iterator[IO[bytes]]:
        with readable(self.path), self.path.open("rb") as file:
            each = math.prod(self.shape[1:]) * self.stored_dtype.itemsize
            file.seek(self.offset + row * each)
            yield file

    def __getitem__(self, rows: slice) -> npt.NDArray[Any]:
        if not isinstance(rows, slice) or rows.step not in (None, 1):
            raise ParameterError(
                f"rows: expected a slice without a step, got {rows!r}. Take [i : i + 1] for one."
            )
        start, stop, _ = rows.indices(len(self))
        with self._at(start) as file:
            return self._read(file, max(0, stop - start))

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        for row in range(len(self)):
            yield self[row : row + 1][0]


def append_rows(
    path: Path, name: str, rows: Iterable[npt.NDArray[Any]], shape: tuple[int, ...], dtype: str
) -> None:
    """Write an array into a file, new or with other arrays, row by row.

    Parameters
    ----------
    path : Path
    name : str
    rows : iterable of ndarray, each of shape ``shape[1:]``
    shape : tuple of int
        Of the whole array, which stands before its values.
    dtype : str

    Raises
    ------
    PreparationError
        If there are more or fewer rows.
    """
    header = {
        "descr": np.lib.format.dtype_to_descr(np.dtype(dtype)),
        "fortran_order": False,
        "shape": shape,
    }
    written = 0
    with _member(path, name) as file:
        np.lib.format.write_array_header_1_0(file, header)
        for row in rows:
            if row.shape != shape[1:]:
                raise PreparationError(f"{name}: expected rows {shape[1:]}, got {row.shape}.")
            file.write(np.ascontiguousarray(row, dtype).data)
            written += 1
    if written != shape[0]:
        raise PreparationError(
            f"{name}: expected {shape[0]} rows, got {written}. Reading the video twice gave "
            "two lengths; was it changed meanwhile?"
        )


def append_array(path: Path, name: str, array: npt.NDArray[Any]) -> None:
    """Write a small array into a file, new or with other arrays."""
    with _member(path, name) as file:
        np.lib.format.write_array(file, array, allow_pickle=False)


@contextlib.contextmanager
def _member(path: Path, name: str) -> Iterator[IO[bytes]]:
    # as numpy.savez does it: the zip's time stamps are fixed, so same arrays, same bytes
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive,
        archive.open(f"{name}.npy", "w", force_zip64=True) as file,
    ):
        yield file


def open_array(path: Path, name: str, dtype: str | None = None) -> StoredArray:
    """Return an array of a file without reading its values.

    Parameters
    ----------
    path : Path
    name : str
    dtype : str, optional
        Of what will be read; that of the file if None.

    Raises
    ------
    PreparationError
        If the file or the array is missing, damaged, or compressed.
    """
    with readable(path), path.open("rb") as file:
        with zipfile.ZipFile(file) as archive:
            member = archive.getinfo(f"{name}.npy")
        if member.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{name} is compressed")
        file.seek(member.header_offset)
        local = file.read(_LOCAL_HEADER)
        lengths = (int.from_bytes(local[at : at + 2], "little") for at in (26, 28))
        file.seek(member.header_offset + _LOCAL_HEADER + sum(lengths))
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{name} is of another version")
        shape, _, stored = np.lib.format.read_array_header_1_0(file)
        return StoredArray(path, file.tell(), shape, stored, np.dtype(dtype or stored))
