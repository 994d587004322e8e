"""A workspace: where the clips, the prepared arrays and the results of one build lie."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._evidence import (
    REFERENCE,
    Evidence,
    Origin,
    copy_record,
    find_evidence,
)
from mffcnn_book.experiments._grids import configurations
from mffcnn_book.experiments._profile import Profile, load_profile
from mffcnn_book.experiments._records import ResultsRecord
from mffcnn_book.experiments._running import evaluate
from mffcnn_book.project import Project
from mffcnn_core.datasets import Dataset, load_manifest, open_dataset
from mffcnn_core.devices import find_device
from mffcnn_core.errors import ManifestError, MffcnnError, ParameterError
from mffcnn_core.files import sha256_of_file, write_json_if_new
from mffcnn_core.preparation import PreparationReport, PreparationSettings, prepare_dataset
from mffcnn_core.provenance import machine
from mffcnn_core.sources import code_fingerprint
from mffcnn_corpus import render_corpus


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
        write_json_if_new(self.results_folder() / "preparation.json", report.to_dict())
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
        if origin is not None:
            places = {origin: places[origin]}
        return find_evidence(places, wanted, seed=seed)

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
        copy_record(self.results_folder(configuration.name), folder)
        return folder
