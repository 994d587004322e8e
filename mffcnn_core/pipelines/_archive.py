"""The file of a saved recogniser: a zip archive whose members are checked, and say no time."""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from mffcnn_core.errors import RecordError
from mffcnn_core.files import atomic_path, canonical_json
from mffcnn_core.inputs import MODEL_BYTES

_DIGESTS = "sha256.json"
DAMAGE = (
    *(zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, zlib.error),
    *(RuntimeError, NotImplementedError, OverflowError),
)
"""What zipfile and json raise for a damaged archive; a RuntimeError asks for a password."""


def write_members(path: Path | str, members: Mapping[str, bytes]) -> None:
    """Write members and the sha256 of each into one file, atomically."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    with atomic_path(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, content in members.items():
            _write(archive, name, content)
        _write(archive, _DIGESTS, canonical_json(digests).encode())


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a member that says nothing of the time: equal trainings give equal files."""
    archive.writestr(zipfile.ZipInfo(name), content)


def canonical_skops(packed: bytes) -> bytes:
    """Return what skops wrote with its names, which are places in memory, numbered."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema, new = members.pop("schema.json").decode(), io.BytesIO()
    order = dict.fromkeys(re.findall(r'"__id__": (\d+)|"file": "([^"]+)"', schema))
    ids = {old: str(k) for k, old in enumerate(one for one, _ in order if one)}
    files = {old: f"{k}.npy" for k, old in enumerate(one for _, one in order if one)}
    schema = re.sub(r'(?<="__id__": )\d+', lambda found: ids[found[0]], schema)
    schema = re.sub(r'(?<="file": ")[^"]+', lambda found: files[found[0]], schema)
    with zipfile.ZipFile(new, "w") as archive:
        _write(archive, "schema.json", schema.encode())
        for old, name in files.items():
            _write(archive, name, members[old])
    return new.getvalue()


def unpacked(path: Path, file: Path | io.BytesIO) -> dict[str, bytes]:
    """Return the members of an archive that is not packed: it unfolds to no more than it is."""
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        size = path.stat().st_size
        packed = any(one.compress_type != zipfile.ZIP_STORED for one in infos)
        if packed or sum(one.file_size for one in infos) > size or size > MODEL_BYTES:
            raise RecordError(
                f"{path}: expected parts that are not packed, of {MODEL_BYTES >> 30} GiB at most, "
                "got others. `mffcnn train` did not write it: do not use the file."
            )
        if len({one.filename for one in infos}) < len(infos):
            raise RecordError(f"{path}: expected each part once, got one twice. Do not use it.")
        return {one.filename: archive.read(one) for one in infos}


def read_members(path: Path) -> dict[str, bytes]:
    """Return the content of every member; refuse a file that is not as it was written."""
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for ever
            raise RecordError(
                f"{path}: expected a saved recogniser, got a folder, a pipe or a device. Check "
                "the path."
            )
        members = unpacked(path, path)
        digests = json.loads(members.pop(_DIGESTS))
    except FileNotFoundError as error:
        raise RecordError(
            f"{path}: expected a saved recogniser, got no file. Make one with `mffcnn train`."
        ) from error
    except DAMAGE as error:
        raise RecordError(
            f"{path}: expected a saved recogniser, got a file that cannot be read ({error}). "
            "Train again, or fetch the file again."
        ) from error
    found = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    if found != digests:
        other = digests if isinstance(digests, dict) else {}
        changed = sorted(k for k in {*found, *other} if found.get(k) != other.get(k))
        raise RecordError(
            f"{path}: expected the parts that were saved, got others: {', '.join(changed)}. "
            "The file was changed or damaged: train again, or fetch the file again."
        )
    return members
