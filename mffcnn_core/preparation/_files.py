"""The files of one prepared clip: two arrays, and the facts that vouch for them."""

import contextlib
import dataclasses
import io
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import PreparationError, RecordError
from mffcnn_core.files import atomic_path, read_json, sha256_of, sha256_of_file, write_json
from mffcnn_core.preparation._arrays import PreparedArrays, PreparedFacts, VideoCounts

ARRAYS = ("faces", "flow")


def array_path(path: Path, name: str) -> Path:
    """Return where an array of a prepared clip lies, beside its facts."""
    return path.with_name(f"{path.stem}.{name}.npy")


def save_arrays(
    path: Path,
    n: int,
    faces: Iterable[npt.NDArray[np.uint8]],
    flow_of: Callable[[Iterable[npt.NDArray[np.uint8]]], Iterable[npt.NDArray[np.float32]]],
    *,
    size: int,
    flow_dtype: str,
) -> dict[str, Any]:
    """Write the arrays of a prepared clip frame by frame, as two ``.npy`` files.

    Parameters
    ----------
    path : Path
        Of the facts; the arrays lie beside it, see :func:`array_path`.
    n : int
        Number of faces.
    faces : iterable of ndarray of uint8, shape (size, size, 3)
    flow_of : callable
        Gives the fields, shape (size, size, 2), between the faces that it is given.
    size : int
    flow_dtype : str

    Returns
    -------
    dict
        What :func:`save_facts` says of the arrays.

    Raises
    ------
    PreparationError
        If there are more or fewer faces.
    """
    shapes = {"faces": ((n, size, size, 3), "uint8"), "flow": ((n - 1, size, size, 2), flow_dtype)}
    with contextlib.ExitStack() as whole:
        parts = {name: whole.enter_context(atomic_path(array_path(path, name))) for name in ARRAYS}
        with (
            _Rows.open("flow", parts["flow"], *shapes["flow"]) as flow_rows,
            _Rows.open("faces", parts["faces"], *shapes["faces"]) as face_rows,
        ):
            for field in flow_of(face_rows.passing(faces)):
                flow_rows.add(field)
        return {
            name: {"sha256": sha256_of_file(parts[name]), "shape": list(shape), "dtype": dtype}
            for name, (shape, dtype) in shapes.items()
        }


def save_facts(path: Path, facts: PreparedFacts, arrays: dict[str, Any]) -> None:
    """Write what is known of a prepared clip, with the sha256 of its arrays.

    The facts come last: where there are facts, the clip is whole.

    Parameters
    ----------
    path : Path
    facts : PreparedFacts
    arrays : dict
        Of :func:`save_arrays`.
    """
    record = {"facts": facts.shared(), "arrays": arrays}
    record["facts"]["counts"] = dataclasses.asdict(facts.counts)
    write_json(path, {**record, "sha256": sha256_of(record)})


def _header(shape: tuple[int, ...], dtype: str) -> bytes:
    """Return the beginning of an ``.npy`` file, which is known: it need not be read."""
    descr = np.lib.format.dtype_to_descr(np.dtype(dtype))
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    return buffer.getvalue()


@dataclass
class _Rows:
    """Writes an ``.npy`` file row by row."""

    name: str
    file: IO[bytes]
    shape: tuple[int, ...]
    dtype: str
    count: int = 0

    @classmethod
    @contextlib.contextmanager
    def open(cls, name: str, path: Path, shape: tuple[int, ...], dtype: str) -> Iterator["_Rows"]:
        with path.open("wb") as file:
            file.write(_header(shape, dtype))
            rows = cls(name, file, shape, dtype)
            yield rows
        if rows.count != shape[0]:
            raise PreparationError(
                f"{name}: expected {shape[0]} rows, got {rows.count}. Reading the video twice "
                "gave two lengths; was it changed meanwhile?"
            )

    def add(self, row: npt.NDArray[Any]) -> None:
        if row.shape != self.shape[1:]:
            raise PreparationError(
                f"{self.name}: expected rows of shape {self.shape[1:]}, got {row.shape}."
            )
        self.file.write(np.ascontiguousarray(row, self.dtype).data)
        self.count += 1

    def passing(self, rows: Iterable[npt.NDArray[Any]]) -> Iterator[npt.NDArray[Any]]:
        """Write rows and pass them on."""
        for row in rows:
            self.add(row)
            yield row


def _read_record(path: Path) -> tuple[PreparedFacts, dict[str, Any]]:
    try:
        record = read_json(path)
        told = record.pop("sha256")
        if told != sha256_of(record):
            raise ValueError("its checksum differs")
        values = record["facts"]
        facts = PreparedFacts(
            box=np.array(values["box"], np.int64),
            times=np.array(values["times"], np.float64),
            counts=VideoCounts(**values["counts"]),
            problems=tuple(values["problems"]),
            doubts=tuple(values["doubts"]),
            angle=float(values["angle"]),
        )
        return facts, record["arrays"]
    # whatever is not as save_prepared wrote it; a damaged JSON file may hold any value
    except (RecordError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        missing = isinstance(error.__cause__, FileNotFoundError)
        found = "no file" if missing else f"a file that is damaged ({error})"
        raise PreparationError(
            f"{path}: expected the facts of a prepared clip, got {found}. Prepare the data set "
            "again."
        ) from error


def _array(path: Path, name: str, told: dict[str, Any], *, whole: bool) -> npt.NDArray[Any]:
    file, shape, dtype = array_path(path, name), tuple(told["shape"]), told["dtype"]
    header = _header(shape, dtype)
    size = len(header) + math.prod(shape) * np.dtype(dtype).itemsize
    try:
        with file.open("rb") as opened:
            if file.stat().st_size != size or opened.read(len(header)) != header:
                raise ValueError("its header or its length differs")
        if whole and sha256_of_file(file) != told["sha256"]:
            raise ValueError("its checksum differs")
        if whole:
            return np.fromfile(file, dtype, offset=len(header)).reshape(shape)
        return np.memmap(file, dtype, mode="r", offset=len(header), shape=shape)
    except (OSError, ValueError) as error:
        raise PreparationError(
            f"{file}: expected an array as it was written, got none or a damaged one ({error}). "
            "Prepare the data set again."
        ) from error


def load_prepared(path: Path) -> PreparedArrays:
    """Read a prepared clip in full, and compare its checksums.

    Raises
    ------
    PreparationError
        If it is missing or damaged.
    """
    facts, told = _read_record(path)
    faces, flow = (_array(path, name, told[name], whole=True) for name in ARRAYS)
    return PreparedArrays(faces=faces, flow=flow.astype(np.float32, copy=False), **facts.shared())


def open_prepared(path: Path) -> PreparedArrays:
    """Return a prepared clip with its arrays mapped from disk: memory is used by what is read.

    Flow has the type it lies in, half precision unless settings say otherwise.

    Raises
    ------
    PreparationError
        If it is missing or cut off.  Other damage of the values is found by
        :func:`load_prepared`.
    """
    facts, told = _read_record(path)
    faces, flow = (_array(path, name, told[name], whole=False) for name in ARRAYS)
    return PreparedArrays(faces=faces, flow=flow, **facts.shared())
