import io
import stat
import tarfile
import zipfile

import pytest

from mffcnn_book.acquisition import unpack
from mffcnn_core.errors import DownloadError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def make_zip(path, names, mode=0o644):
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            info.external_attr = mode << 16
            file.writestr(info, b"data")
    return path


def make_tar(path, *members):
    with tarfile.open(path, "w:gz") as file:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = 4 if kind == tarfile.REGTYPE else 0
            file.addfile(info, io.BytesIO(b"data"))
    return path


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_files_come_out_whole_with_their_sizes(tmp_path, folder, kind):
    if kind == "zip":
        archive = make_zip(tmp_path / "a.zip", ["a/1.mp4", "a/b c/2.mp4"])
    else:
        members = [(name, tarfile.REGTYPE, "") for name in ("a/1.mp4", "a/b c/2.mp4")]
        archive = make_tar(tmp_path / "a.tar.gz", ("a", tarfile.DIRTYPE, ""), *members)
    assert unpack(archive, folder) == {"a/1.mp4": 4, "a/b c/2.mp4": 4}
    assert (folder / "a/b c/2.mp4").read_bytes() == b"data"
    assert sorted(p.name for p in folder.iterdir()) == ["a"]


BAD = ["../x", "a/../../x", "/etc/x", "C:\\x", "C:x", "a\\..\\x", "\\\\server\\x", "..", "a/.."]


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_no_path_leaves_the_folder(tmp_path, folder, kind, name):
    names = ["good.mp4", name]
    if kind == "zip":
        archive = make_zip(tmp_path / "a.zip", names)
    else:
        archive = make_tar(tmp_path / "a.tgz", *[(n, tarfile.REGTYPE, "") for n in names])
    with pytest.raises(DownloadError, match="do not trust it"):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []  # not even the good file
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([archive.name, "in"])


@pytest.mark.parametrize(
    ("kind", "told"),
    [(tarfile.SYMTYPE, "a link"), (tarfile.LNKTYPE, "a link"), (tarfile.FIFOTYPE, "special file"),
     (tarfile.CHRTYPE, "special file")],
)  # fmt: skip
def test_tar_links_and_devices_are_refused(tmp_path, folder, kind, told):
    archive = make_tar(tmp_path / "a.tgz", ("x", kind, "/etc/passwd"))
    with pytest.raises(DownloadError, match=told):
        unpack(archive, folder)


def test_zip_links_are_refused(tmp_path, folder):
    archive = make_zip(tmp_path / "a.zip", ["x"], mode=stat.S_IFLNK | 0o777)
    with pytest.raises(DownloadError, match="a link"):
        unpack(archive, folder)


def test_a_link_that_lies_in_the_folder_is_no_way_out(tmp_path, folder):
    (tmp_path / "out").mkdir()
    (folder / "a").symlink_to(tmp_path / "out")
    with pytest.raises(DownloadError, match="through a link out of the folder"):
        unpack(make_zip(tmp_path / "a.zip", ["a/1.mp4"]), folder)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_in_place_of_a_folder(tmp_path, folder):
    (folder / "a").mkdir()
    with pytest.raises(DownloadError, match="a file in place of a folder"):
        unpack(make_zip(tmp_path / "a.zip", ["a"]), folder)


def test_damage_is_told(tmp_path, folder):
    archive = make_zip(tmp_path / "a.zip", ["1.mp4", "2.mp4"])
    data = bytearray(archive.read_bytes())
    at = data.index(b"data")
    data[at : at + 4] = b"DATA"  # the sum no longer fits
    archive.write_bytes(data)
    with pytest.raises(DownloadError, match="cannot be unpacked"):
        unpack(archive, folder)
    archive.write_bytes(data[: len(data) // 2])
    with pytest.raises(DownloadError, match="expected a zip or tar archive, got neither"):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []


def test_an_archive_larger_than_the_disk_is_not_begun(tmp_path, folder, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 3}))
    with pytest.raises(DownloadError, match="expected 4 bytes of free space to unpack it, got 3"):
        unpack(make_zip(tmp_path / "a.zip", ["1.mp4"]), folder)
