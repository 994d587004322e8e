"""Downloads against a real HTTP server on this machine, with all that a network does wrong."""

import hashlib
import io
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mffcnn_book.acquisition import download, plan_download
from mffcnn_core.datasets import Manifest
from mffcnn_core.errors import DownloadError, ManifestError

pooch = pytest.importorskip("pooch")
CONTENT = bytes(range(256)) * 4000  # about a megabyte
CUT = 4 << 16  # a connection breaks after so much and a bit: whole blocks are kept


class Server:
    """Serves ``files``; ``faults`` maps a path to what goes wrong, one fault a request."""

    def __init__(self):
        self.files, self.faults, self.asked = {}, {}, []
        self.ranges = True
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request):
        path, wanted = request.path.lstrip("/"), request.headers.get("Range")
        self.asked.append((path, wanted))
        fault = self.faults.get(path, []).pop(0) if self.faults.get(path) else None
        if isinstance(fault, int):
            request.send_error(fault)
            return
        if path not in self.files:
            request.send_error(404)
            return
        body = CONTENT[::-1] if fault == "other" else self.files[path]
        start = int(wanted.split("=")[1].split("-")[0]) if wanted and self.ranges else 0
        if wanted and start >= len(body):
            request.send_error(416)
            return
        request.send_response(206 if wanted and self.ranges else 200)
        if wanted and self.ranges:
            begin = start + 1 if fault == "shifted" else start
            request.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        length = len(body) - start + (7 if fault == "longer" else 0)
        if fault != "endless":
            request.send_header("Content-Length", str(length))
        request.end_headers()
        if fault == "endless":
            request.wfile.write(body * 3)
            return
        end = start + CUT + 9 if fault == "cut" else len(body)
        request.wfile.write(body[start:end])


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def manifest(**downloads):
    return Manifest.model_validate(
        {
            "name": "far",
            "title": "Far away",
            "description": "For tests.",
            "citation": "None.",
            "licence": "CC0",
            "access": "open",
            "terms": "None.",
            "how_to_get": "Download it.",
            "expressions": {"a": "anger"},
            "layout": {"example": "a/b.mp4", "patterns": ["(?P<code>a)/(?P<subject>.)[.]mp4"]},
            "downloads": downloads,
        }
    )


@pytest.fixture
def plan(server, tmp_path):
    server.files["a.bin"] = CONTENT
    one = {
        "file": "sub/a.bin",
        "url": server.url + "a.bin",
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }
    return plan_download(manifest(files=[one]), tmp_path, tmp_path / "to")


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_the_size_is_told_before_and_nothing_is_fetched_twice(server, plan):
    assert "1 files, 1.02 MB in all; 1 files, 1.02 MB still to fetch" in plan.describe()
    assert server.asked == []
    download(plan)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT
    assert files(plan.folder) == ["sub/a.bin"]
    assert plan.todo == ()
    download(plan)
    assert len(server.asked) == 1


def test_a_cut_connection_goes_on_where_it_stopped(server, plan):
    server.faults["a.bin"] = ["cut", "cut", 503]
    download(plan)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT
    starts = [wanted for _, wanted in server.asked]
    assert starts == [None, f"bytes={CUT}-", f"bytes={2 * CUT}-", f"bytes={2 * CUT}-"]


def test_a_server_without_ranges_begins_again(server, plan):
    server.ranges = False
    server.faults["a.bin"] = ["cut"]
    download(plan)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT


def test_another_range_than_asked_for_begins_again(server, plan):
    server.faults["a.bin"] = ["cut", "shifted"]
    download(plan)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT
    assert [wanted for _, wanted in server.asked] == [None, f"bytes={CUT}-", None]


def test_a_call_that_gave_up_is_resumed_by_the_next(server, plan):
    server.faults["a.bin"] = ["cut"]
    with pytest.raises(DownloadError, match="a.bin: expected the file .*Run the same command"):
        download(plan, retries=0)
    assert files(plan.folder) == ["sub/.a.bin.part"]
    assert plan.bytes_left == len(CONTENT) - CUT
    download(plan, retries=0)
    assert server.asked[-1] == ("a.bin", f"bytes={CUT}-")


def test_a_wrong_checksum_is_tried_again_and_never_kept(server, plan):
    server.faults["a.bin"] = ["other"]
    download(plan, retries=1)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT
    (plan.folder / "sub/a.bin").unlink()
    server.faults["a.bin"] = ["other", "other"]
    with pytest.raises(DownloadError, match="(?i)hash"):
        download(plan, retries=1)
    assert files(plan.folder) == []


def test_a_half_of_another_file_is_thrown_away(server, plan):
    part = plan.folder / "sub" / ".a.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 100)  # resumed, and found out by the checksum
    download(plan, retries=1)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT
    (plan.folder / "sub/a.bin").unlink()
    part.write_bytes(b"x" * (len(CONTENT) + 1))
    download(plan, retries=0)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT


def test_a_dead_link_is_not_tried_again(server, plan):
    server.files.clear()
    with pytest.raises(DownloadError, match="got HTTP status 404 .*The link is dead"):
        download(plan)
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", ["longer"])
def test_another_size_is_refused_before_it_is_fetched(server, plan, fault):
    server.faults["a.bin"] = [fault]
    with pytest.raises(DownloadError, match="expected 1024000 bytes, got an offer of 1024007"):
        download(plan)
    assert files(plan.folder) == []


def test_a_server_that_does_not_stop_is_stopped(server, plan):
    server.faults["a.bin"] = ["endless"]
    with pytest.raises(DownloadError, match="(?i)hash"):
        download(plan, retries=0)
    assert files(plan.folder) == []
    download(plan, retries=0)
    assert (plan.folder / "sub/a.bin").read_bytes() == CONTENT


def test_an_archive_that_was_fetched_by_hand_is_only_unpacked(server, zipped):
    zipped.folder.mkdir()
    (zipped.folder / "a.zip").write_bytes(archive())
    assert zipped.bytes_left == 0
    download(zipped)
    assert [path for path, _ in server.asked] == ["record"]
    assert (zipped.folder / "Actor_01" / "1.mp4").read_bytes() == b"one"


def test_a_server_that_is_not_there(plan, server):
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(DownloadError, match="Run the same command again"):
        download(plan, retries=1)


def test_a_full_disk_is_told_before(server, plan, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    with pytest.raises(DownloadError, match="expected 1.02 MB of free space, got 1 kB"):
        download(plan)
    assert server.asked == []


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("Actor_01/1.mp4", b"one")
        file.writestr("Actor_01/2.mp4", b"two")
    return buffer.getvalue()


@pytest.fixture
def zipped(server, tmp_path):
    server.files["a.zip"] = archive()
    md5 = f"md5:{hashlib.md5(archive()).hexdigest()}"
    record = {"files": [{"key": "a.zip", "checksum": md5}]}
    server.files["record"] = json.dumps(record).encode()
    one = {"file": "a.zip", "url": server.url + "a.zip", "size": len(archive())}
    far = manifest(files=[one], checksums=server.url + "record", unpack=True)
    return plan_download(far, tmp_path, tmp_path / "to")


def test_archives_are_checked_by_the_record_unpacked_and_deleted(server, zipped):
    download(zipped)
    assert files(zipped.folder) == [".a.zip.json", "Actor_01/1.mp4", "Actor_01/2.mp4"]
    assert zipped.todo == ()
    (zipped.folder / "Actor_01" / "2.mp4").unlink()  # what was lost is fetched again
    assert len(zipped.todo) == 1
    download(zipped)
    assert (zipped.folder / "Actor_01" / "2.mp4").read_bytes() == b"two"


@pytest.mark.parametrize("record", [b"<html>", b"{}", b'{"files": []}', None])
def test_without_a_checksum_nothing_is_fetched(server, zipped, record):
    if record is None:
        del server.files["record"]
    else:
        server.files["record"] = record
    with pytest.raises(DownloadError, match="files are not accepted unchecked"):
        download(zipped)
    assert ("a.zip", None) not in server.asked


def test_a_data_set_that_is_lent_cannot_be_downloaded(root, tmp_path):
    from mffcnn_core.datasets import load_manifest

    rml = load_manifest(root / "data_manifests" / "rml.yaml")
    with pytest.raises(DownloadError, match="rml: expected .* Ask its owners for a copy"):
        plan_download(rml, root, tmp_path)


def test_a_table_of_files(server, tmp_path):
    server.files["V/a.flv"] = CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    (tmp_path / "t.csv").write_text(f"path,sha256,size\nV/a.flv,{sha256},{len(CONTENT)}\n")
    far = manifest(table="t.csv", base_url=server.url)
    plan = plan_download(far, tmp_path, tmp_path / "to")
    download(plan)
    assert files(plan.folder) == ["V/a.flv"]
    (tmp_path / "t.csv").write_text(f"path,sha256,size\n../a.flv,{sha256},3\n")
    with pytest.raises(ManifestError, match=r"t.csv, line 2: expected a path, a sha256 and a size"):
        plan_download(far, tmp_path, tmp_path / "to")


def test_the_files_of_cremad_are_those_that_its_layout_expects(root):
    from mffcnn_core.datasets import load_manifest

    folder = root / "data_manifests"
    cremad = load_manifest(folder / "cremad.yaml")
    plan = plan_download(cremad, folder, folder / "nowhere")
    assert len(plan.files) == 7442
    classes = [one.file.split("_")[2] for one in plan.files]
    assert sum(code in cremad.expressions for code in classes) == cremad.expected.clips
    people = {one.file.split("/")[1].split("_")[0] for one in plan.files}
    assert len(people) == cremad.expected.subjects
