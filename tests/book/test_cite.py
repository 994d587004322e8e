"""The page on citing repeats facts of CITATION.cff; they must not come apart."""

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
