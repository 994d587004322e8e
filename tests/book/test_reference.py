"""The pages of the library show all of it."""

import importlib.util
import sys

import pytest
import yaml


@pytest.fixture(scope="module")
def reference(root):
    path = root / "book" / "_ext" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["reference"]


def test_every_package_has_its_page(root, reference):
    pages = {reference.page_of(name) for name in reference.shelves()}
    folder = root / "book" / "api"
    there = {path.relative_to(root).with_suffix("").as_posix() for path in folder.iterdir()}
    assert there == pages
    contents = yaml.safe_load((root / "book" / "_toc.yml").read_text())
    (part,) = [part for part in contents["parts"] if part["caption"] == "Reference"]
    (api,) = [entry for entry in part["chapters"] if entry["file"] == "book/api"]
    assert {section["file"] for section in api["sections"]} == pages
    overview = (root / "book" / "api.md").read_text()
    assert all(page.removeprefix("book/") in overview for page in pages)


@pytest.mark.slow
def test_every_public_name_is_on_a_page(smoke_site, reference):
    missing = []
    for shelf in reference.shelves():
        page = smoke_site.index.parent / f"{reference.page_of(shelf)}.html"
        text = page.read_text(encoding="utf-8")
        module = importlib.import_module(shelf)
        names = (f"{shelf}.{name}" for name in getattr(module, "__all__", ()))
        missing += [name for name in names if f'id="{name}"' not in text]
    assert missing == []


@pytest.mark.slow
def test_settings_and_readings_are_listed(smoke_site, reference):
    text = (smoke_site.index.parent / "book" / "indexes.html").read_text(encoding="utf-8")
    found = dict(reference.settings_classes())
    assert len(found) > 10
    for name in found:
        assert f"#{name}" in text, name
    from mffcnn_book.experiments import READINGS

    for reading in READINGS:
        assert reading.name in text
        assert f"#{reading.where}" in text, reading.where
