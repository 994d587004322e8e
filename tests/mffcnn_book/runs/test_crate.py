import json
import shutil

import pytest

from mffcnn_book.runs import RunRecord
from mffcnn_book.runs._crate import write_crate

SHA = "5" * 64


@pytest.fixture
def built(tmp_path, root):
    """Return a site of two notebooks and the crate that describes it."""
    html, results, source = (tmp_path / name for name in ("html", "results", "root"))
    for folder in (html, results / "first", results / "runs", source / "notebooks"):
        folder.mkdir(parents=True)
    (html / "index.html").write_text("<html></html>")
    (results / "first" / "results.json").write_text("{}")
    for name in ("CITATION.cff", "codemeta.json"):
        shutil.copy(root / name, source)
    for name in ("01_a", "02_b"):
        notebook = source / "notebooks" / f"{name}.ipynb"
        notebook.write_text("{}")
        record = RunRecord.begin(notebook, notebook, {}, {})
        record.inputs.update(dataset="synthetic", dataset_sha256=SHA)
        record.write(results / "runs" / f"{name}.json")
    path = write_crate(html, root=source, results=results, profile="smoke", dataset="synthetic")
    return html, {entity["@id"]: entity for entity in json.loads(path.read_text())["@graph"]}


def test_every_file_that_is_described_is_there(built):
    html, entities = built
    files = [name for name, entity in entities.items() if entity["@type"] == "File"]
    assert {"index.html", "records/first/results.json", "records/runs/01_a.json"} <= set(files)
    assert all((html / name).is_file() for name in files)


def test_it_names_authors_data_code_and_paper(built):
    _, entities = built
    root = entities["./"]
    assert "profile smoke" in root["name"]
    assert root["isBasedOn"]["@id"].endswith("10.3745/JIPS.02.0156")
    assert entities[f"#data-{SHA}"]["sha256"] == SHA
    assert entities["#The MFFCNN book authors"]["@type"] == "Organization"
    runs = [entity for entity in entities.values() if entity["@type"] == "CreateAction"]
    assert {run["result"]["@id"] for run in runs} == {
        "records/runs/01_a.json", "records/runs/02_b.json",
    }  # fmt: skip
    assert all(run["instrument"]["@id"] in entities for run in runs)


def test_a_library_for_crates_reads_it(built):
    rocrate = pytest.importorskip("rocrate.rocrate")
    html, entities = built
    assert rocrate.ROCrate(html).root_dataset["name"] == entities["./"]["name"]
