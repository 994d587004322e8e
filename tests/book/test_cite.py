"""The page on citing repeats facts of CITATION.cff; they must not come apart."""

import json
import tomllib

import yaml


def test_the_page_on_citing_has_the_facts_of_the_citation_file(root):
    facts = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    page = " ".join((root / "book" / "cite.md").read_text(encoding="utf-8").split())
    paper = facts["references"][0]
    assert facts["title"] in page.replace("> ", "")
    assert f"Version {facts['version']}, {facts['date-released'].year}" in page
    assert f"date = {{{facts['date-released']}}}" in page
    assert paper["doi"] in page
    assert f"{paper['volume']}({paper['issue']}), pp. {paper['start']}-{paper['end']}" in page


def test_codemeta_says_the_same(root):
    facts = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    meta = json.loads((root / "codemeta.json").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert meta["name"] == facts["title"]
    assert meta["version"] == facts["version"] == project["version"]
    assert meta["dateModified"] == str(facts["date-released"])
    assert [one["name"] for one in meta["author"]] == [one["name"] for one in facts["authors"]]
    assert meta["license"].endswith(facts["license"])
    assert meta["referencePublication"]["@id"].endswith(facts["references"][0]["doi"])
    assert meta["referencePublication"]["name"] == facts["references"][0]["title"]
