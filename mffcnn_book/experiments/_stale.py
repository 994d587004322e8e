"""Records that no longer say what their names promise, with the reason."""

from pathlib import Path

from mffcnn_book.experiments._evidence import REFERENCE, settings_digest
from mffcnn_book.experiments._grids import configurations
from mffcnn_book.experiments._people import STUDY
from mffcnn_book.experiments._records import ResultsRecord
from mffcnn_book.experiments._workspace import Workspace
from mffcnn_book.project import Project
from mffcnn_core.errors import ManifestError, ParameterError, RecordError
from mffcnn_core.files import sha256_of


def stale_references(root: Path | str | None = None) -> dict[str, str]:
    """Return the committed records that do not hold what they claim, with the reason.

    A record is stale if its profile or its manifest asks for something else by now, if no
    grid names its configuration any more, or if its files do not belong together.

    Parameters
    ----------
    root : Path or str, optional
        The project's folder; found from the current one by default.

    Returns
    -------
    dict of str to str
        Folder below ``results/reference`` -> reason; empty if all is well.
    """
    root = Project.find(root).root
    stale = {}
    for path in sorted((root / "results" / REFERENCE).rglob("results.json")):
        place = path.parent.relative_to(root / "results" / REFERENCE)
        profile, dataset, experiment = place.parts
        if profile == STUDY:  # of no profile; see stale_people
            continue
        try:
            work = Workspace.open(profile, dataset, root=root)
            (configuration,) = configurations(experiment)
            record = ResultsRecord.read(path.parent)
        except (ParameterError, ManifestError, RecordError) as error:
            stale[place.as_posix()] = str(error)
            continue
        wanted = work.settings(configuration)
        if settings_digest(record) != settings_digest(wanted):
            names = (
                name
                for name, value in wanted.items()
                if sha256_of(record.settings.get(name)) != sha256_of(value)
            )
            stale[place.as_posix()] = f"made with other settings of: {', '.join(names)}"
    return stale


def stale_results(work: Workspace) -> dict[str, str]:
    """Return the records of a build that its pages would show although the code has changed.

    A record that was made with other settings is shown nowhere and left out.

    Parameters
    ----------
    work : Workspace

    Returns
    -------
    dict of str to str
        Name of the configuration -> reason; empty if all is well.

    Raises
    ------
    RecordError
        If the files of a record do not belong together.
    """
    stale = {}
    for path in sorted(work.results_folder().glob("*/results.json")):
        name = path.parent.name
        try:
            (configuration,) = configurations(name)
        except ParameterError:  # of a grid that is gone, or no experiment at all
            continue
        evidence = work.evidence(configuration, origin="this build")
        if evidence is not None and evidence.record.code != work.code(configuration):
            stale[name] = "made with other code than there is now"
    return stale
