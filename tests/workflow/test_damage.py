"""A flipped bit in what is stored: noticed, told, and what depends on it made again."""

import pytest

pytestmark = pytest.mark.slow


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def forget_the_result(project, *more):
    (project.site.results / "mffcnn" / "results.json").unlink()
    for pattern in more:
        for path in project.folder.rglob(pattern):
            path.unlink()


@pytest.mark.parametrize("what", ["prepared", "fold", "network"])
def test_damage_is_told_and_mended_by_the_same_command(project, finished, what):
    pattern, forgotten = {
        "prepared": ("data/prepared/*.npz", ["folds/*.json"]),
        "fold": ("folds/*.json", []),
        # the networks of a fold whose scores are there are not read
        "network": ("data/networks/*/*/spatial-*.pt", ["folds/*.json"]),
    }[what]
    forget_the_result(project, *forgotten)
    damaged = sorted(project.folder.rglob(pattern))[0]
    whole = damaged.read_bytes()
    at = len(whole) // 2
    if what == "fold":
        at = whole.index(b"0.", whole.index(b'"scores"')) + 3
    flip(damaged, at)
    said = project.make()
    assert f"{damaged.name}: expected" in said
    assert "damaged file" in said
    assert project.results() == finished.results()
    if what != "fold":  # its seconds differ
        assert damaged.read_bytes() == whole


def test_a_damaged_record_is_made_again(project, finished):
    path = project.site.results / "mffcnn" / "results.json"
    flip(path, path.read_bytes().index(b'"accuracy": 0.') + len(b'"accuracy": 0.'))
    project.call("evaluate", "--jobs", 1)
    assert project.results() == finished.results()
