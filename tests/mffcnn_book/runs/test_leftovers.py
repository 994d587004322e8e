import os

from mffcnn_book.runs._leftovers import remove_parts
from mffcnn_core.files import atomic_path


def test_parts_of_killed_writers_are_removed_when_they_are_old(tmp_path):
    target = tmp_path / "sub" / "a.npz"
    with atomic_path(target) as part:
        part.write_text("whole")
        old, young = part.with_name(part.name + "1"), part.with_name(part.name + "2")
        old.write_text("half")
        young.write_text("half")
    os.utime(old, (0, 0))
    os.utime(target, (0, 0))
    assert remove_parts(tmp_path) == 1
    assert sorted(target.parent.iterdir()) == sorted([target, young])
    assert remove_parts(tmp_path / "absent") == 0
