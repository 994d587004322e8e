"""A flipped bit in what is stored: noticed, told, and what depends on it made again."""

import pytest

pytestmark = pytest.mark.slow


def flip(path, at=None):
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 1
    path.write_bytes(data)


def test_damage_is_told_and_mended_by_the_same_command(project, finished):
    record = project.site.results / "mffcnn" / "results.json"
    flip(record, record.read_bytes().index(b'"accuracy": 0.') + len(b'"accuracy": 0.'))
    fold, other = sorted(record.parent.glob("folds/*.json"))
    flip(fold, fold.read_bytes().index(b"0.", fold.read_bytes().index(b'"scores"')) + 3)
    other.unlink()  # its networks are read, those of a fold with its scores would not be
    (network,) = project.folder.glob(f"data/networks/*/{other.stem}/spatial-*.pt")
    flip(network)
    prepared = sorted(project.folder.glob("data/prepared/*.npz"))[0]
    flip(prepared)

    said = project.call("evaluate", "--jobs", 1)
    for path in (fold, network, prepared):
        assert f"{path.name}: expected" in said, said
    assert project.results() == finished.results()
    for path in (network, prepared):
        assert (
            path.read_bytes() == (finished.folder / path.relative_to(project.folder)).read_bytes()
        )
