"""The checks, quick ones first: each looks at one thing and says what to do about it."""

from collections.abc import Iterator

from mffcnn_book.doctor._diagnosis import Diagnosis
from mffcnn_book.doctor._environment import LIBRARY, Environment, Installed, is_python_of
from mffcnn_book.doctor._probes import FRAMES
from mffcnn_book.doctor._versions import Requirement, public, release, satisfies

OPENCV = "opencv-python"
OPENCV_WHEELS = (
    OPENCV,
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
OWN_CHECK = (OPENCV, "av", "torch", "torchvision")  # looked at more closely than by their versions
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GIB = 2**30

# Why a version that is too new or too old does not do, where it is not obvious.
REASONS = {
    "jupyter-book": "Jupyter Book 2 does not read _config.yml and needs the network",
    "sphinx-book-theme": "1.4 needs Sphinx 8, which Jupyter Book 1 does not take",
}


def check_python(env: Environment) -> Diagnosis:
    """Check that Python is one that the library runs on."""
    wanted = env.installed.get(LIBRARY, Installed("0")).requires_python
    if not satisfies(env.python, wanted):
        return Diagnosis(
            "Python",
            "problem",
            f"Python {env.python} runs this, but {wanted} is needed.",
            "make install PYTHON=python3.11" if env.root else "python3.11 -m venv .venv",
        )
    return Diagnosis("Python", "ok", f"{env.python} ({env.executable})")


def _faults(env: Environment, requirements: list[Requirement]) -> dict[str, str]:
    """Return what is missing or of a wrong version, in words, by name."""
    faults = {}
    for one in requirements:
        have = env.version(one.name)
        if have is None:
            faults[one.name] = f"{one.name} is missing"
        elif not satisfies(have, one.spec):
            reason = f" ({REASONS[one.name]})" if one.name in REASONS else ""
            faults[one.name] = f"{one.name} is {have}, but {one.spec} is needed{reason}"
    return faults


def check_packages(env: Environment) -> Diagnosis:
    """Check that numpy, skorch, papermill ... are there, at versions that fit."""
    if LIBRARY not in env.installed:
        return Diagnosis(
            "packages",
            "problem",
            f"{LIBRARY} itself is not installed, so nobody knows what it needs.",
            env.pip_install_library(),
        )
    wanted = [one for one in env.requirements() if one.name not in OWN_CHECK]
    faults = _faults(env, wanted)
    if faults:
        text = "; ".join(faults.values()) + "."
        return Diagnosis("packages", "problem", text, env.pip_install(*faults))
    names = ", ".join(
        f"{name} {env.version(name)}" for name in ("numpy", "scikit-learn", "skorch", "papermill")
        if name in env.installed
    )  # fmt: skip
    return Diagnosis("packages", "ok", f"all {len(wanted)} are there: {names} ...")


def check_book(env: Environment) -> Diagnosis:
    """Check for Jupyter Book 1 and its theme; without them the library still works."""
    if LIBRARY not in env.installed:
        return Diagnosis("book", "warning", f"Not checked, since {LIBRARY} is not installed.")
    wanted = env.requirements("book")
    faults = _faults(env, wanted)
    missing = [name for name in faults if name not in env.installed]
    if faults and len(missing) == len(wanted):
        text = "The book cannot be built, since its packages are not installed."
        return Diagnosis("book", "warning", text, env.pip_install_library())
    if faults:
        text = "; ".join(faults.values()) + "."
        return Diagnosis("book", "problem", text, env.pip_install(*faults))
    names = ("jupyter-book", "sphinx-book-theme")
    have = ", ".join(f"{name} {env.version(name)}" for name in names if name in env.installed)
    return Diagnosis("book", "ok", have)


def check_tested_versions(env: Environment) -> Diagnosis:
    """Check, in a checkout, that versions are those that the tests were run with."""
    if not env.tested:
        return Diagnosis("tested versions", "ok", "no constraints.txt here to compare with")
    differing = [
        f"{name} {have} (tested: {tested})"
        for name, tested in env.tested.items()
        if (have := env.version(name)) is not None and public(have) != public(tested)
    ]
    if differing:
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        return Diagnosis(
            "tested versions",
            "warning",
            f"Other versions than in constraints.txt: {', '.join(differing[:5])}{more}. "
            "It may work; results may differ.",
            env.pip_install_library(),
        )
    return Diagnosis("tested versions", "ok", "as in constraints.txt")


def _wheels(env: Environment) -> list[str]:
    return [name for name in OPENCV_WHEELS if name in env.installed]


def _install_opencv(env: Environment, *, force: bool = False) -> str:
    """Return the command that leaves the tested OpenCV wheel, and no other."""
    if set(_wheels(env)) - {OPENCV}:
        return f"{env.pip('uninstall', '-y', *_wheels(env))} && {env.pip_install(OPENCV)}"
    return env.pip_install(OPENCV, force=force)


def check_opencv_wheels(env: Environment) -> Diagnosis:
    """Check that one OpenCV wheel is installed: two write into the same folder."""
    wheels = _wheels(env)
    if len(wheels) > 1:
        return Diagnosis(
            "OpenCV wheels",
            "problem",
            f"{' and '.join(wheels)} share one folder and overwrite each other's files.",
            _install_opencv(env),
        )
    return Diagnosis("OpenCV wheels", "ok", f"one: {wheels[0]}" if wheels else "none")


def check_opencv(env: Environment) -> Diagnosis:
    """Check that OpenCV loads, is version 4, and finds its face cascade."""
    spec = env.required(OPENCV).spec
    probed = env.probe("opencv")
    if probed.error:
        missing = not _wheels(env)
        if "libGL" in probed.error or "libgthread" in probed.error:
            remedy = "sudo apt-get install -y libgl1 libglib2.0-0"
        else:
            remedy = _install_opencv(env, force=not missing)
        text = "OpenCV is missing" if missing else "OpenCV does not load"
        return Diagnosis("OpenCV", "problem", f"{text}: {probed.error}.", remedy)
    version = probed.values["version"]
    if release(version) >= (5,):
        text = f"OpenCV {version} carries no Haar cascades, so no face would be found."
        return Diagnosis("OpenCV", "problem", text, _install_opencv(env))
    if not satisfies(version, spec):
        text = f"OpenCV is {version}, but {spec} is needed."
        return Diagnosis("OpenCV", "problem", text, _install_opencv(env))
    if not probed.values["cascade"]:
        text = f"OpenCV {version} came without its face cascade, or cannot read it."
        return Diagnosis("OpenCV", "problem", text, _install_opencv(env, force=True))
    return Diagnosis("OpenCV", "ok", f"{version}, with the face cascade")


def check_codecs(env: Environment) -> Diagnosis:
    """Check that a short clip in H.264 can be written and read back."""
    probed = env.probe("codecs")
    frames = probed.values.get("frames")
    if probed.error or frames != FRAMES:
        return Diagnosis(
            "video",
            "problem",
            "PyAV does not handle the project's video files: "
            f"{probed.error or f'{frames} of {FRAMES} frames come back'}.",
            env.pip_install("av", force=True),
        )
    return Diagnosis("video", "ok", f"PyAV {probed.values['version']} writes and reads H.264")


def check_torch(env: Environment) -> Diagnosis:
    """Check that torch and torchvision are there, belong together, and work together."""
    names = ("torch", "torchvision")
    faults = _faults(env, [env.required(name) for name in names])
    torch, torchvision = map(env.version, names)
    if not faults:
        pairing = next(
            (one for one in env.installed["torchvision"].requires if one.name == "torch"),
            Requirement("torch"),
        )
        if not satisfies(torch, pairing.spec):
            faults["torch"] = f"torchvision {torchvision} needs {pairing}, but torch is {torch}"
    if faults:
        text = "; ".join(faults.values()) + "."
        return Diagnosis("torch", "problem", text, env.pip_install(*names))
    probed = env.probe("torchvision")
    if probed.error or not probed.values["works"]:
        return Diagnosis(
            "torch",
            "problem",
            f"torchvision {torchvision} does not work with torch {torch}, which is of another "
            f"build: {probed.error or 'a wrong answer'}.",
            env.pip_install(*names, force=True),
        )
    device = "with a GPU" if probed.values["cuda"] else "on the CPU"
    return Diagnosis("torch", "ok", f"{torch} with torchvision {torchvision}, {device}")


def check_kernel(env: Environment) -> Diagnosis:
    """Check that papermill loads and that the kernel ``python3`` is this Python."""
    probed = env.probe("kernel")
    if probed.error:
        return Diagnosis(
            "notebooks",
            "problem",
            f"Notebooks cannot be run: {probed.error}.",
            env.pip_install("papermill", "ipykernel"),
        )
    program = probed.values["executable"]
    if not is_python_of(env, program):
        return Diagnosis(
            "notebooks",
            "warning",
            f"Jupyter and plain papermill would run notebooks with {program}, not with this "
            "Python (`mffcnn run` is not affected).",
            f"{env.python_command} -m jupyter_client.kernelspecapp remove -f python3",
        )
    return Diagnosis("notebooks", "ok", "papermill loads; the kernel python3 is this Python")


def check_disk(env: Environment) -> Diagnosis:
    """Check that there is room for clips, prepared arrays and the site."""
    free = env.free_bytes / GIB
    if free < 2:
        level = "problem" if free < 0.25 else "warning"
        text = f"Only {free:.1f} GiB are free; the quick profile needs up to 2."
        return Diagnosis("disk", level, text, "make clean" if env.root else "df -h .")
    return Diagnosis("disk", "ok", f"{free:.0f} GiB free")


def check_chromium(env: Environment) -> Diagnosis:
    """Look for a browser, which only the tests of the site need."""
    found = next(filter(None, map(env.find_program, CHROMIUM)), None)
    if found is None:
        text = "none; only the browser tests need one, and are reported as skipped"
        return Diagnosis("Chromium", "ok", text, "sudo apt-get install -y chromium")
    return Diagnosis("Chromium", "ok", found)


EXAMINATIONS = (
    check_python,
    check_packages,
    check_book,
    check_tested_versions,
    check_disk,
    check_chromium,
    check_opencv_wheels,
    check_opencv,
    check_codecs,
    check_kernel,
    check_torch,
)


def diagnose(env: Environment | None = None) -> Iterator[Diagnosis]:
    """Yield the finding of every check, as soon as there is one.

    Parameters
    ----------
    env : Environment, optional
        By default the one that runs this code.
    """
    env = env or Environment.current()
    for check in EXAMINATIONS:
        yield check(env)
