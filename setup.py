"""What `pyproject.toml` cannot say: manifests and profiles lie elsewhere in the checkout."""

from setuptools import find_packages, setup

SHIPPED = {
    "mffcnn_book.shipped_manifests": "data_manifests",
    "mffcnn_book.shipped_profiles": "notebooks/profiles",
}

setup(
    packages=[*find_packages(include=["mffcnn_*"]), *SHIPPED],
    package_dir=SHIPPED,
)
