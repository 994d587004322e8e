import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mffcnn_book.doctor import EXAMINATIONS, Environment, Probed, diagnose

ROOT = Path(__file__).parents[3]
PIP = "/env/bin/python -m pip"


def test_a_healthy_environment_has_nothing_to_mend(findings):
    found = findings()
    assert len(found) == len(EXAMINATIONS)
    assert {one.level for one in found.values()} == {"ok"}
    assert not any(one.remedy for one in found.values())


def only_problem(found, check):
    """Return the finding of ``check``, after making sure that it is the only complaint."""
    assert [name for name, one in found.items() if one.level != "ok"] == [check]
    return found[check]


def test_an_old_python(findings):
    one = only_problem(findings(python="3.10.2"), "Python")
    assert (one.level, one.text) == ("problem", "Python 3.10.2 runs this, but >=3.11 is needed.")
    assert one.remedy == "python3.11 -m venv .venv"


def test_packages_that_are_missing_or_too_old_are_mended_by_one_command(findings):
    one = only_problem(
        findings(distributions={"numpy": ("1.26.4", ())}, remove=["skorch"]), "packages"
    )
    assert one.level == "problem"
    assert one.text == "numpy is 1.26.4, but >=2 is needed; skorch is missing."
    assert one.remedy == f'{PIP} install "numpy>=2" "skorch>=1.2"'


def test_the_library_itself_is_not_installed(findings):
    found = findings(remove=["mffcnn"])
    assert found["book"].text == "Not checked, since mffcnn is not installed."
    one = found["packages"]
    assert one.level == "problem"
    assert "mffcnn itself is not installed" in one.text
    assert one.remedy == f'{PIP} install "mffcnn[book,test]"'


def test_opencv_5(findings):
    one = only_problem(
        findings(
            distributions={"opencv_python": ("5.0.0.1", ())},
            probes={"opencv": Probed({"version": "5.0.0", "cascade": False})},
        ),
        "OpenCV",
    )
    assert one.level == "problem"
    assert one.text == "OpenCV 5.0.0 carries no Haar cascades, so no face would be found."
    assert one.remedy == f'{PIP} install "opencv-python<5,>=4.13"'


def test_opencv_5_of_another_wheel_is_replaced(findings):
    one = only_problem(
        findings(
            distributions={"opencv-python-headless": ("5.0.0.1", ())},
            remove=["opencv_python"],
            probes={"opencv": Probed({"version": "5.0.0", "cascade": False})},
        ),
        "OpenCV",
    )
    assert one.remedy == (
        f'{PIP} uninstall -y opencv-python-headless && {PIP} install "opencv-python<5,>=4.13"'
    )


def test_two_opencv_wheels(findings):
    one = only_problem(
        findings(distributions={"opencv_contrib_python": ("4.14.0.94", ())}), "OpenCV wheels"
    )
    assert one.level == "problem"
    assert one.text.startswith("opencv-python and opencv-contrib-python share one folder")
    assert one.remedy == (
        f"{PIP} uninstall -y opencv-python opencv-contrib-python && "
        f'{PIP} install "opencv-python<5,>=4.13"'
    )


def test_an_opencv_that_is_too_old(findings):
    probes = {"opencv": Probed({"version": "4.8.1", "cascade": True})}
    one = only_problem(findings(probes=probes), "OpenCV")
    assert one.text == "OpenCV is 4.8.1, but <5,>=4.13 is needed."


def test_a_missing_cascade_file(findings):
    probes = {"opencv": Probed({"version": "4.14.0", "cascade": False})}
    one = only_problem(findings(probes=probes), "OpenCV")
    assert one.level == "problem"
    assert "came without its face cascade" in one.text
    assert one.remedy == f'{PIP} install --force-reinstall "opencv-python<5,>=4.13"'


@pytest.mark.parametrize(
    ("error", "remove", "text", "remedy"),
    [
        (
            "ImportError: libGL.so.1: cannot open shared object file",
            [],
            "OpenCV does not load: ImportError: libGL.so.1",
            "sudo apt-get install -y libgl1 libglib2.0-0",
        ),
        (
            "ImportError: numpy.core.multiarray failed to import",
            [],
            "OpenCV does not load: ",
            f'{PIP} install --force-reinstall "opencv-python<5,>=4.13"',
        ),
        (
            "ModuleNotFoundError: No module named 'cv2'",
            ["opencv_python"],
            "OpenCV is missing: ",
            f'{PIP} install "opencv-python<5,>=4.13"',
        ),
    ],
)
def test_an_opencv_that_does_not_load(findings, error, remove, text, remedy):
    found = findings(probes={"opencv": Probed(error=error)}, remove=remove)
    assert found["OpenCV"].level == "problem"
    assert found["OpenCV"].text.startswith(text)
    assert found["OpenCV"].remedy == remedy
    assert found["video"].level == "ok"


@pytest.mark.parametrize(
    ("probed", "said"),
    [
        (Probed({"version": "18.1.0", "frames": 4}), "4 of 5 frames come back"),
        (Probed(error="ModuleNotFoundError: No module named 'av'"), "No module named 'av'"),
        (Probed(error="the process crashed with signal 11"), "crashed with signal 11"),
    ],
)
def test_a_video_codec_that_does_not_work(findings, probed, said):
    one = only_problem(findings(probes={"codecs": probed}), "video")
    assert one.level == "problem"
    assert said in one.text
    assert one.remedy == f'{PIP} install --force-reinstall "av>=18,<19"'


def test_a_torch_that_torchvision_was_not_made_for(findings):
    one = only_problem(findings(distributions={"torch": ("2.12.0", ())}), "torch")
    assert one.level == "problem"
    assert one.text == "torchvision 0.29.2 needs torch==2.14.1, but torch is 2.12.0."
    assert one.remedy == f'{PIP} install "torch>=2.9" "torchvision>=0.24"'


def test_a_torchvision_that_is_missing(findings):
    one = only_problem(findings(remove=["torchvision"]), "torch")
    assert one.text == "torchvision is missing."


def test_a_torch_of_another_build(findings):
    error = "RuntimeError: operator torchvision::nms does not exist"
    one = only_problem(findings(probes={"torchvision": Probed(error=error)}), "torch")
    assert one.level == "problem"
    assert "does not work with torch 2.14.1+cpu, which is of another build" in one.text
    assert error in one.text
    assert one.remedy == f'{PIP} install --force-reinstall "torch>=2.9" "torchvision>=0.24"'


def test_jupyter_book_2_and_a_theme_that_is_too_new(findings):
    changes = {"jupyter-book": ("2.0.1", ()), "sphinx-book-theme": ("1.4.0", ())}
    one = only_problem(findings(distributions=changes), "book")
    assert one.level == "problem"
    assert "jupyter-book is 2.0.1, but ==1.0.4.post1 is needed (Jupyter Book 2 does" in one.text
    assert "sphinx-book-theme is 1.4.0, but ==1.3.0 is needed (1.4 needs Sphinx 8" in one.text
    assert one.remedy == (f'{PIP} install "jupyter-book==1.0.4.post1" "sphinx-book-theme==1.3.0"')


def test_without_the_book_the_library_still_works(findings):
    one = only_problem(findings(remove=["jupyter-book", "sphinx-book-theme"]), "book")
    assert one.level == "warning"
    assert "The book cannot be built" in one.text


def test_a_papermill_that_does_not_load(findings):
    error = "ModuleNotFoundError: No module named 'papermill'"
    found = findings(probes={"kernel": Probed(error=error)}, remove=["papermill"])
    assert found["notebooks"].level == "problem"
    assert found["notebooks"].text == f"Notebooks cannot be run: {error}."
    assert found["notebooks"].remedy == f'{PIP} install "papermill>=2.6" "ipykernel>=6"'


def test_a_kernel_of_another_environment(findings):
    probes = {"kernel": Probed({"executable": "/home/a/other/bin/python"})}
    one = only_problem(findings(probes=probes), "notebooks")
    assert one.level == "warning"
    assert "would run notebooks with /home/a/other/bin/python" in one.text
    assert one.remedy == "/env/bin/python -m jupyter_client.kernelspecapp remove -f python3"


def test_versions_that_were_not_tested(findings, tmp_path):
    tested = {"numpy": "2.3.0", "skorch": "1.4.0", "torch": "2.14.1", "absent": "1"}
    one = only_problem(findings(tested=tested, root=tmp_path), "tested versions")
    assert one.level == "warning"
    assert "numpy 2.4.6 (tested: 2.3.0). It may work" in one.text  # torch: +cpu does not count
    assert one.remedy == f'{PIP} install -c {tmp_path}/constraints.txt -e "{tmp_path}[book,test]"'


def test_commands_name_the_tested_versions(findings, tmp_path):
    tested = {"numpy": "2.4.6", "skorch": "1.4.0", "opencv-python": "4.14.0.94"}
    probes = {"opencv": Probed({"version": "4.14.0", "cascade": False})}
    found = findings(tested=tested, root=tmp_path, remove=["skorch"], probes=probes)
    assert found["packages"].remedy == f'{PIP} install "skorch==1.4.0"'
    assert found["OpenCV"].remedy == (
        f'{PIP} install --force-reinstall -c {tmp_path}/constraints.txt "opencv-python==4.14.0.94"'
    )


@pytest.mark.parametrize(("free", "level"), [(1.0, "warning"), (0.1, "problem")])
def test_a_full_disk(findings, free, level):
    one = only_problem(findings(free_bytes=int(free * 2**30)), "disk")
    assert one.level == level
    assert f"Only {free:.1f} GiB are free" in one.text


def test_a_missing_browser_is_said_and_is_no_complaint(findings):
    one = findings(find_program=lambda _: None)["Chromium"]
    assert one.level == "ok"
    assert "reported as skipped" in one.text
    assert one.remedy == "sudo apt-get install -y chromium"


@pytest.mark.slow  # imports torch
def test_this_environment_is_healthy():
    complaints = [
        one
        for one in diagnose()
        if one.level == "problem" or (one.level == "warning" and one.check != "tested versions")
    ]
    assert complaints == []


def test_what_is_named_here_is_required_there():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = Environment.current()
    assert environment.installed["mffcnn"].requires_python == declared["requires-python"]
    names = {one.name for one in environment.requirements()}
    assert {"numpy", "opencv-python", "torch", "torchvision", "skorch", "papermill"} <= names


def test_the_doctor_needs_nothing_but_the_standard_library():
    code = (
        "import sys, mffcnn_book.doctor, mffcnn_book.cli, mffcnn_book.cli._doctor\n"
        "known = sys.stdlib_module_names | {'mffcnn_core', 'mffcnn_book', '__main__'}\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} - known))"
    )
    # Without site-packages: no .pth file of another package loads anything either.
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
