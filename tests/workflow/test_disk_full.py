"""No room on the disk: a clear error, nothing half written, and the same command goes on."""

import functools
import resource
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.slow

LIMITS = {  # of the size of one file, which some of a step's files go beyond
    "corpus": ("data/synthetic", 3_000),
    "prepare": ("data/prepared", 100_000),
    "evaluate": ("data/networks", 50_000),
}


def test_a_step_without_room_says_so_and_leaves_nothing_half_written(project, finished):
    shutil.rmtree(project.site.results / "mffcnn")
    for step, (made, limit) in LIMITS.items():
        shutil.rmtree(project.folder / made)
        no_room = functools.partial(
            resource.setrlimit, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)
        )
        said = project.call(step, "--jobs", 1, code=1, preexec_fn=no_room)
        assert "disk" in said.splitlines()[-1], said
        assert not list(project.folder.rglob("*.part*"))
        if step != "evaluate":
            shutil.copytree(finished.folder / made, project.folder / made, dirs_exist_ok=True)
    project.call("evaluate", "--jobs", 1)
    for path in finished.folder.rglob("data/*/*.*"):
        again = project.folder / path.relative_to(finished.folder)
        assert again.read_bytes() == path.read_bytes()
    assert project.results() == finished.results()


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
