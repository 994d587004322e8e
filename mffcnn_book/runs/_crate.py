"""A built site as a research object: what it is, which data and runs it came from (RO-Crate)."""

import shutil
from pathlib import Path

import yaml

from mffcnn_book.runs._record import RunRecord

RECORDS = "records"
DESCRIPTIONS = ("CITATION.cff", "codemeta.json")
BASED_ON = "https://doi.org/10.3745/JIPS.02.0156"


def write_crate(html: Path, *, root: Path, results: Path, profile: str, dataset: str) -> Path:
    """Put the records of a build beside its pages, and describe everything for an archive.

    Parameters
    ----------
    html : Path
        Folder of the built site; its root is the root of the crate.
    root : Path
        The repository, whose ``CITATION.cff`` says who made it.
    results : Path
        Folder of the records of this build.
    profile, dataset : str

    Returns
    -------
    Path
        ``ro-crate-metadata.json``.
    """
    from rocrate.rocrate import ROCrate  # only those who build a site have it installed

    copied = _copy_records(results, html / RECORDS)
    crate = ROCrate()
    citation = root / DESCRIPTIONS[0]
    crate.name = f"Build of the book: profile {profile}, data set {dataset}"
    crate.description = "Pages, records of all runs and their inputs, made by one command."
    crate.root_dataset["isBasedOn"] = {"@id": BASED_ON}
    if citation.is_file():
        said = yaml.safe_load(citation.read_text(encoding="utf-8"))
        crate.name = f"{said['title']} (profile {profile}, data set {dataset})"
        crate.datePublished = str(said["date-released"])
        crate.root_dataset["version"] = said["version"]
        crate.root_dataset["author"] = [
            crate.add_jsonld(
                {"@id": f"#{author['name']}", "@type": "Organization", "name": author["name"]}
            )
            for author in said["authors"]
        ]
    for name in DESCRIPTIONS:
        if (root / name).is_file():
            shutil.copyfile(root / name, html / name)
            crate.add_file(dest_path=name)
    crate.mainEntity = crate.add_file(
        dest_path="index.html", properties={"name": "First page", "encodingFormat": "text/html"}
    )
    for name in copied:
        crate.add_file(
            dest_path=f"{RECORDS}/{name}", properties={"encodingFormat": "application/json"}
        )
    for path in sorted((results / "runs").glob("*.json")):
        _add_run(crate, RunRecord.read(path))
    crate.metadata.write(html)
    return html / "ro-crate-metadata.json"


def _copy_records(results: Path, target: Path) -> list[str]:
    shutil.rmtree(target, ignore_errors=True)
    names = sorted(path.relative_to(results).as_posix() for path in results.rglob("*.json"))
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(results / name, target / name)
    return names


def _add_run(crate, record: RunRecord) -> None:
    """Describe the run of one notebook: what ran, on which data, with which code."""
    name = Path(record.notebook).stem
    code = {
        "@id": f"#code-{record.code_sha256}",
        "@type": "SoftwareSourceCode",
        "name": "Library",
        "sha256": record.code_sha256,
        "version": record.commit or "not under version control",
        "runtimePlatform": f"Python {record.python}",
    }
    read = [code["@id"]]
    crate.add_or_update_jsonld(code)
    if sha256 := record.inputs.get("dataset_sha256"):
        data = f"Data set {record.inputs['dataset']}"
        read.append(f"#data-{sha256}")
        crate.add_or_update_jsonld(
            {"@id": read[1], "@type": "Dataset", "name": data, "sha256": sha256}
        )
    crate.add_jsonld(
        {
            "@id": f"#run-{name}",
            "@type": "CreateAction",
            "name": f"Run of {record.notebook}",
            "startTime": record.started,
            "instrument": {"@id": read[0]},
            "object": [{"@id": one} for one in read[1:]],
            "result": {"@id": f"{RECORDS}/runs/{name}.json"},
        }
    )
