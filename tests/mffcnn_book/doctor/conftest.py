"""Environments made up by the test: distributions as folders, probes as answers."""

import pytest

from mffcnn_book.doctor import Environment, Probed, read_installed

LIBRARY = (
    "numpy>=2",
    "opencv-python<5,>=4.13",
    "av>=18,<19",
    "torch>=2.9",
    "torchvision>=0.24",
    "skorch>=1.2",
    "papermill>=2.6",
    "ipykernel>=6",
    'jupyter-book==1.0.4.post1; extra == "book"',
    'sphinx-book-theme==1.3.0; extra == "book"',
    'pytest>=8; extra == "test"',
)
HEALTHY = {
    "mffcnn": ("0.1.0", LIBRARY),
    "numpy": ("2.4.6", ()),
    "opencv_python": ("4.14.0.94", ()),
    "av": ("18.1.0", ()),
    "torch": ("2.14.1+cpu", ()),
    "torchvision": ("0.29.2", ("torch==2.14.1", "numpy")),
    "skorch": ("1.4.0", ()),
    "papermill": ("2.7.0", ()),
    "ipykernel": ("7.4.0", ()),
    "jupyter-book": ("1.0.4.post1", ()),
    "sphinx-book-theme": ("1.3.0", ()),
}
PROBES = {
    "opencv": Probed({"version": "4.14.0", "cascade": True}),
    "codecs": Probed({"version": "18.1.0", "frames": 5}),
    "torchvision": Probed({"works": True, "cuda": False}),
    "kernel": Probed({"executable": "python"}),
}


@pytest.fixture
def make_environment(tmp_path):
    """Return a function that makes an environment, healthy but for what the test changes."""

    def make(distributions=(), remove=(), probes=(), **facts):
        site = tmp_path / "site-packages"
        site.mkdir()
        for name, (version, requires) in {**HEALTHY, **dict(distributions)}.items():
            if name in remove:
                continue
            folder = site / f"{name}-{version}.dist-info"
            folder.mkdir()
            lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
            if name == "mffcnn":
                lines.append("Requires-Python: >=3.11")
            lines += [f"Requires-Dist: {line}" for line in requires]
            (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
        answers = {**PROBES, **dict(probes)}
        defaults = {
            "python": "3.11.7",
            "executable": "/env/bin/python",
            "free_bytes": 50 * 2**30,
            "find_program": lambda name: f"/usr/bin/{name}",
        }
        return Environment(
            installed=read_installed([str(site)]), probe=answers.__getitem__, **defaults | facts
        )

    return make


@pytest.fixture
def findings(make_environment):
    """Return a function that makes an environment and returns its findings by check."""
    from mffcnn_book.doctor import diagnose

    def examine(**changes):
        return {finding.check: finding for finding in diagnose(make_environment(**changes))}

    return examine
