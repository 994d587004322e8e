"""A workspace: where the clips, the prepared arrays and the results of one build lie."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._grids import configurations
from mffcnn_book.experiments._people import STUDY
from mffcnn_book.experiments._profile import Profile, load_profile
from mffcnn_book.experiments._running import evaluate
from mffcnn_book.experiments._trainings import Origin
from mffcnn_core.datasets import Dataset, load_manifest, open_dataset
from mffcnn_core.devices import find_device
from mffcnn_core.errors import ManifestError, MffcnnError, ParameterError, RecordError
from mffcnn_core.evaluation import ResultsRecord
from mffcnn_core.files import (
    atomic_path,
    canonical_json,
    read_json,
    sha256_of,
    sha256_of_file,
    write_json,
)
from mffcnn_core.preparation import PreparationReport, PreparationSettings, prepare_dataset
from mffcnn_core.project import Project
from mffcnn_core.provenance import machine
from mffcnn_core.sources import code_fingerprint
from mffcnn_corpus import render_corpus

REFERENCE = "reference"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A record, and where it comes from.

    Attributes
    ----------
    record : ResultsRecord
    run : mapping
        Seconds, machine, date and commit of the run that made it.
    origin : {"this build", "reference run"}
        Computed here, or committed beside the code.
    folder : Path
        In which it lies.
    """

    record: ResultsRecord
    run: Mapping[str, Any]
    origin: Origin
    folder: Path


@dataclass(frozen=True)
class Workspace:
    """One profile on one data set, and everything that is computed for it.

    Each step returns what exists and computes what is missing: a notebook that is run by
    itself gets the same as one that ``make book`` runs after the steps before it.

    Attributes
    ----------
    project : Project
    profile : Profile
    dataset_name : str
        A manifest in ``data_manifests``.
    jobs : int
        Processes for rendering, preparation and folds.
    progress : bool
        Whether long steps show a progress bar.
    device : str
        Of the networks: "cpu" or "cuda", see :func:`mffcnn_core.devices.find_device`.
    """

    project: Project
    profile: Profile
    dataset_name: str
    jobs: int
    progress: bool
    device: str = "cpu"
    loaded: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(
        cls,
        profile: str = "quick",
        dataset: str = "synthetic",
        *,
        root: Path | str | None = None,
        jobs: int | None = None,
        progress: bool = False,
        device: str = "cpu",
    ) -> "Workspace":
        """Open the workspace of a profile and a data set; nothing is computed yet.

        Parameters
        ----------
        profile : str
            Name of a file in ``notebooks/profiles``.
        dataset : str
            Name of a file in ``data_manifests``.
        root : Path or str, optional
            The project's folder; found from the current one by default.
        jobs : int, optional
            All cores that this process may use by default.
        progress : bool
        device : str
            ``"auto"`` takes a GPU if there is one.

        Raises
        ------
        ParameterError
            If the device is not there.
        """
        device = str(find_device(device))  # told before any work
        project = Project.find(root)
        manifest = project.manifest(dataset)
        named = load_manifest(manifest).name
        if named != dataset:  # a copy would use the index of the other one
            raise ManifestError(
                f"{manifest}: expected the name {dataset!r}, as the file is called, "
                f"got {named!r}. Change `name` in it."
            )
        return cls(
            project=project,
            profile=load_profile(project.profile(profile)),
            dataset_name=dataset,
            jobs=jobs or machine()["cores"] or 1,
            progress=progress,
            device=device,
        )

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.project.root

    @property
    def manifest(self) -> Path:
        """The file that declares the data set."""
        return self.project.manifest(self.dataset_name)

    @property
    def data_folder(self) -> Path:
        """Where the clips lie; the corpus is rendered per profile, other data are one copy."""
        folder = self.project.data(self.dataset_name)
        return folder / self.profile.name if self.dataset_name == "synthetic" else folder

    def results_folder(self, experiment: str = "") -> Path:
        """Where the records of an experiment lie."""
        return self.project.results(self.profile.name, self.dataset_name, experiment)

    def reference_folder(self, experiment: str = "") -> Path:
        """Where the committed records of an experiment lie."""
        place = (REFERENCE, self.profile.name, self.dataset_name, experiment)
        return self.project.results(*place)

    @cached_property
    def dataset(self) -> Dataset:
        """The clips; the synthetic corpus is rendered if it is not there or is stale."""
        if self.dataset_name == "synthetic":
            render_corpus(
                self.profile.corpus, self.data_folder, jobs=self.jobs, progress=self.progress
            )
        return open_dataset(self.manifest, self.data_folder)

    def _asked(self) -> PreparationSettings:
        settings = self.profile.preparation
        return (
            settings
            if self.dataset_name == "synthetic"
            else settings.replace(**self.profile.filmed)
        )

    @cached_property
    def preparation_settings(self) -> PreparationSettings:
        """How the clips are prepared, with the detector that there is on this machine."""
        return self._asked().resolved(fetch=True)

    @cached_property
    def preparation(self) -> PreparationReport:
        """The prepared clips, and for every clip that could not be prepared the reason."""
        _ = self.preparation_settings  # fetches the detector's model, if one is asked for
        report = prepare_dataset(
            self.dataset,
            self._asked(),
            self.project.prepared,
            jobs=self.jobs,
            progress=self.progress,
        )
        _write_if_new(self.results_folder() / "preparation.json", report.to_dict())
        return report

    def settings(self, configuration: Configuration) -> dict[str, Any]:
        """Return everything that a result of a configuration is asked for with."""
        return {
            "profile": self.profile.name,
            "corpus": self.profile.corpus.to_dict() if self.dataset_name == "synthetic" else None,
            "manifest_sha256": sha256_of_file(self.manifest),
            "preparation": self.preparation_settings.to_dict(),
            "pipeline": configuration.pipeline,
            "recogniser": self.profile.recogniser(configuration).describe(),
            "protocol": configuration.protocol,
            "groups": self.profile.groups,
        }

    def seed(self, configuration: Configuration) -> int:
        """Return the seed of everything that is fitted for a configuration."""
        return self.profile.seed + configuration.seed

    def code(self, configuration: Configuration) -> str:
        """Return the fingerprint of the code that a result depends on."""
        return code_fingerprint(*self.profile.code(configuration))

    def evidence(
        self, configuration: Configuration, *, origin: Origin | None = None
    ) -> Evidence | None:
        """Return the record of a configuration without computing anything.

        Parameters
        ----------
        configuration : Configuration
        origin : {"this build", "reference run"}, optional
            Where to look; by default in this build and then among the reference runs.

        Returns
        -------
        Evidence or None
            None if there is no record, or it was made with other settings or another seed.
        """
        wanted, seed = self.settings(configuration), self.seed(configuration)
        places: dict[Origin, Path] = {
            "this build": self.results_folder(configuration.name),
            "reference run": self.reference_folder(configuration.name),
        }
        for place, folder in places.items():
            if origin in (None, place) and (folder / "results.json").is_file():
                record = ResultsRecord.read(folder)
                if claims(record) == claims(wanted) and record.seed == seed:
                    run = read_json(folder / "run.json")
                    return Evidence(record=record, run=run, origin=place, folder=folder)
        return None

    def measured(self, experiment: str | Configuration) -> Evidence:
        """Return what is measured of a configuration, and evaluate it where nothing is.

        What the profile evaluates is of this build and current, see :meth:`recognition`; of
        anything else a reference run with the same settings will do.

        Parameters
        ----------
        experiment : str or Configuration
            See :func:`mffcnn_book.experiments.configurations`.
        """
        if isinstance(experiment, str):
            (experiment,) = configurations(experiment)
        found = None
        if experiment not in self.profile.configurations:
            found = self.evidence(experiment)
        if found is None:
            self.recognition(experiment)
            found = self.evidence(experiment, origin="this build")
        return found

    def recognition(self, experiment: str | Configuration) -> ResultsRecord:
        """Evaluate a configuration, by default on people that it was not trained on.

        The record on disk is returned if settings, data and code are still the same.

        Parameters
        ----------
        experiment : str or Configuration
            See :func:`mffcnn_book.experiments.configurations`.

        Raises
        ------
        ParameterError
            If there is no such configuration.
        ExperimentError
            If folds failed.
        """
        if isinstance(experiment, str):
            (experiment,) = configurations(experiment)
        ((_, found),) = self.evaluate([experiment])
        if isinstance(found, MffcnnError):
            raise found
        return found

    def evaluate(
        self, experiments: Iterable[Configuration]
    ) -> Iterator[tuple[Configuration, ResultsRecord | MffcnnError]]:
        """Evaluate configurations, their folds side by side in one set of processes.

        What a run that was cut off has left, whole folds and half trainings, is used.

        Parameters
        ----------
        experiments : iterable of Configuration
            In the order in which they matter.

        Yields
        ------
        configuration : Configuration
        found : ResultsRecord or MffcnnError
            The record, or why there is none: one that fails stops no other one.  First those
            that are current on disk.
        """
        yield from evaluate(self, experiments)

    def publish(self, configuration: Configuration) -> Path:
        """Copy this build's record to the committed reference records; return its folder.

        Raises
        ------
        ParameterError
            If this build has no current record.
        """
        if self.evidence(configuration, origin="this build") is None:
            raise ParameterError(
                f"reference: expected a record of {configuration.name} in this build, got none. "
                f"Evaluate it first: `mffcnn evaluate {configuration.name}`."
            )
        folder = self.reference_folder(configuration.name)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("settings.json", "run.json", "results.json"):  # the last makes it whole
            with atomic_path(folder / name) as part:
                part.write_bytes((self.results_folder(configuration.name) / name).read_bytes())
        return folder


def claims(told: ResultsRecord | Mapping[str, Any]) -> str:
    """Return a digest of the settings that a result claims, or is asked for with.

    Which clips could not be prepared is a finding and left out.
    """
    settings = told.settings if isinstance(told, ResultsRecord) else told
    return sha256_of({name: value for name, value in settings.items() if name != "not_prepared"})


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
        if claims(record) != claims(wanted):
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


def _write_if_new(path: Path, value: dict[str, Any]) -> None:
    """Leave an equal file, and its time stamp, alone: what depends on it is still current."""
    if not path.is_file() or path.read_text(encoding="utf-8") != canonical_json(value) + "\n":
        write_json(path, value)
