"""No room on the disk: a clear error, nothing half written, and the same command goes on."""

import resource
import subprocess

import pytest

pytestmark = pytest.mark.slow

STEPS = {"corpus": 3_000, "prepare": 100_000, "evaluate": 50_000}
"""A limit for the size of one file that the step's files do not keep to."""


@pytest.mark.parametrize("step", STEPS)
def test_a_step_without_room_says_so_and_leaves_nothing_half_written(project, finished, step):
    made = {"corpus": "data/synthetic", "prepare": "data/prepared", "evaluate": "data/networks"}
    subprocess.run(["rm", "-r", project.folder / made[step]], check=True)
    if step == "evaluate":
        subprocess.run(["rm", "-r", project.site.results / "mffcnn"], check=True)

    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (STEPS[step], resource.RLIM_INFINITY))

    said = project.call(step, "--jobs", 2, code=1, preexec_fn=no_room)
    assert "disk" in said.splitlines()[-1], said
    assert "Traceback" not in said.splitlines()[-1]
    assert not list(project.folder.rglob("*.part*"))
    project.call(step, "--jobs", 1)
    for path in finished.folder.rglob("data/*/*.*"):
        assert (project.folder / path.relative_to(finished.folder)).read_bytes() == (
            path.read_bytes()
        )
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
