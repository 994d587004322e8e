import re
import sys

from mffcnn_core.provenance import code_commit, machine, package_versions


def test_versions_name_what_is_installed():
    import numpy

    versions = package_versions()
    assert versions["numpy"] == numpy.__version__
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_machine_has_cores():
    assert machine()["cores"] >= 1


def test_commit_is_a_hash_or_nothing():
    commit = code_commit()
    assert commit is None or re.fullmatch(r"[0-9a-f]{40}(-dirty)?", commit)


def test_no_git_means_no_commit(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert code_commit() is None
