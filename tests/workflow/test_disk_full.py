"""No room on the disk: a clear error, nothing half written, and the same command goes on."""

import subprocess

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(make_project):
    """A project whose folder of data is a file system of its own, with little room."""
    project = make_project()
    data = project.folder / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", data]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"this user may not mount a file system: {done.stderr.strip()}")
    yield project
    subprocess.run(["umount", data], check=True)


def test_the_one_command_on_a_full_disk(small_disk, finished):
    said = small_disk.make(code=1)
    assert "mffcnn: disk: expected room to write, got none" in said
    assert "Failed steps: prepare." in said
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk.folder / "data"], check=True)
    small_disk.make()
    assert small_disk.results() == finished.results()
