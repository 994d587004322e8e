import os
import time

from mffcnn_book.runs import Site
from mffcnn_book.runs._edits import date_old_edits


def put(path, text, age=0.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    when = time.time() - age
    os.utime(path, (when, when))


def test_an_edit_with_an_old_date_is_an_edit(tmp_path):
    site = Site(tmp_path, "smoke", "synthetic")
    code, page = tmp_path / "mffcnn_core" / "flow.py", tmp_path / "book" / "intro.md"
    put(code, "a", age=1000)
    put(page, "b", age=1000)
    assert date_old_edits(site) == []  # there was no run before
    assert date_old_edits(site) == []
    put(code, "other", age=500)  # as `rsync -t` copies it
    put(tmp_path / "mffcnn_core" / "new.py", "c", age=2000)
    before = page.stat().st_mtime
    assert sorted(date_old_edits(site)) == ["mffcnn_core/flow.py", "mffcnn_core/new.py"]
    assert code.stat().st_mtime > time.time() - 60
    assert page.stat().st_mtime == before
    assert date_old_edits(site) == []
    put(page, "b", age=3000)  # another date, the same content
    assert date_old_edits(site) == []
    (site.folder / "sources.json").write_text("{")
    assert date_old_edits(site) == []
