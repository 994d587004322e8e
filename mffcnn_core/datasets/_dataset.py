"""A data set in somebody's hands: manifest, folder and clips together."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mffcnn_core.datasets._build import read_build
from mffcnn_core.datasets._index import Clip, read_index
from mffcnn_core.datasets._manifest import Manifest, load_manifest
from mffcnn_core.errors import ManifestError
from mffcnn_core.files import sha256_of, sha256_of_path


@dataclass(frozen=True)
class Dataset:
    """A manifest, the folder of a copy of the data, and its clips.

    Attributes
    ----------
    manifest : Manifest
    root : Path
        Folder that the clips' paths are relative to.
    clips : tuple of Clip
    """

    manifest: Manifest
    root: Path
    clips: tuple[Clip, ...]

    def path_of(self, clip: Clip) -> Path:
        """Return where a clip's video lies."""
        return self.root / clip.path

    @property
    def sha256(self) -> str:
        """Hash of the clips, their labels, subjects and checksums; a result names it.

        The folder is left out: the same data in another place give the same hash.
        """
        rows = [
            [c.clip, c.path, c.subject, c.expression, c.sha256, dict(c.attributes)]
            for c in self.clips
        ]
        return sha256_of({"name": self.manifest.name, "clips": rows})

    def describe(self) -> str:
        """Say in one line what is there, e.g. for a log or a page."""
        subjects = len({clip.subject for clip in self.clips})
        counts = Counter(clip.expression for clip in self.clips)
        classes = ", ".join(f"{name} {counts[name]}" for name in sorted(counts))
        return f"{self.manifest.title}: {len(self.clips)} clips of {subjects} people ({classes})"


@dataclass(frozen=True)
class Validation:
    """The answers of a check of the files against the index: absent, different, not to be read.

    Attributes
    ----------
    missing, altered : tuple of str
        Clips.
    unreadable : tuple of str
        Clips, each with the reason.
    """

    missing: tuple[str, ...]
    altered: tuple[str, ...]
    unreadable: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.missing and not self.altered and not self.unreadable


def open_dataset(manifest: Manifest | Path | str, root: Path | str) -> Dataset:
    """Open a copy of a data set.

    Parameters
    ----------
    manifest : Manifest, Path or str
        A manifest, or the YAML file that holds it.
    root : Path or str
        Folder that holds the manifest's ``index``: the copy itself, or where
        ``mffcnn data build`` wrote the index and the place of the copy.

    Raises
    ------
    ManifestError
        If the manifest or the index is missing or faulty, no clip is listed, or the copy is
        not where it was when its index was built.
    """
    if not isinstance(manifest, Manifest):
        manifest = load_manifest(manifest)
    folder = Path(root)
    index = folder / manifest.index
    if not index.is_file():
        raise ManifestError(f"{index}: expected an index of clips, got none. {manifest.how_to_get}")
    clips = tuple(read_index(index))
    if not clips:
        raise ManifestError(f"{index}: expected at least one clip, got none. {manifest.how_to_get}")
    built = read_build(folder)
    root = folder if built is None else Path(built["root"])
    if not root.is_dir():
        raise ManifestError(
            f"{manifest.name}: expected its files in {root}, where they were when the index was "
            f"built, got no such folder. Run `mffcnn data build {manifest.name} --root DIR` again."
        )
    return Dataset(manifest=manifest, root=root, clips=clips)


def validate(dataset: Dataset) -> Validation:
    """Compare every file of a data set with its index.

    Returns
    -------
    Validation
        Clips whose file is missing, whose bytes differ from the index, or whose file cannot
        be read; the others are checked all the same.  A clip without a checksum can be missing
        but not altered.
    """
    missing, altered, unreadable = [], [], []
    for clip in dataset.clips:
        path = dataset.path_of(clip)
        try:
            if not os.path.lexists(path):
                missing.append(clip.clip)
            elif not path.is_file() and not path.is_dir():  # to open a pipe would wait for ever
                unreadable.append(f"{clip.clip} (a broken link, a pipe or a device)")
            elif clip.sha256 and sha256_of_path(path) != clip.sha256:
                altered.append(clip.clip)
        except OSError as error:
            unreadable.append(f"{clip.clip} ({error.strerror or error})")
    return Validation(tuple(missing), tuple(altered), tuple(unreadable))
