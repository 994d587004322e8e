"""A workspace: where the clips, the prepared arrays and the results of one build lie."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mffcnn_core.corpus import render_corpus
from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import ResultsRecord, is_current, machine
from mffcnn_core.experiments._profile import Profile, load_profile
from mffcnn_core.files import canonical_json, code_fingerprint, write_json
from mffcnn_core.manifests import Dataset, load_manifest, open_dataset
from mffcnn_core.pipelines import evaluate_by_subject
from mffcnn_core.preparation import PreparationReport, prepare_dataset
from mffcnn_core.settings import did_you_mean

MARKER = "data_manifests"

EXPERIMENTS = {"first_recognition": "two_stream", "multiplicative_fusion": "mffcnn"}
"""Recognition experiments of the book, and the pipeline that each one runs."""

# What a recognition result depends on: how the arrays are made, and all that is fitted.
RECOGNITION_CODE = (
    *("mffcnn_core.video", "mffcnn_core.faces", "mffcnn_core.flow", "mffcnn_core.preparation"),
    *("mffcnn_core.augment", "mffcnn_core.pooling"),
    *("mffcnn_core.nets", "mffcnn_core.features", "mffcnn_core.training", "mffcnn_core.dbn"),
    *("mffcnn_core.evaluation", "mffcnn_core.pipelines"),
    *("mffcnn_core.expressions", "mffcnn_core.seeding"),
)


def project_root(start: Path | str | None = None) -> Path:
    """Return the folder of the project: the nearest one upwards that holds ``data_manifests``.

    Parameters
    ----------
    start : Path or str, optional
        Where to begin; the current folder by default.

    Raises
    ------
    ParameterError
        If there is none.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).is_dir():
            return folder
    raise ParameterError(
        f"project folder: expected a folder with {MARKER}/ here or above, got none from {start}. "
        "Run from inside the checkout."
    )


@dataclass(frozen=True)
class Workspace:
    """One profile on one data set, and everything that is computed for it.

    Each step returns what exists and computes what is missing: a notebook that is run by
    itself gets the same as one that ``make book`` runs after the steps before it.

    Attributes
    ----------
    root : Path
        The project's folder.
    profile : Profile
    dataset_name : str
        A manifest in ``data_manifests``.
    jobs : int
        Processes for rendering, preparation and folds.
    progress : bool
        Whether long steps show a progress bar.
    """

    root: Path
    profile: Profile
    dataset_name: str
    jobs: int
    progress: bool

    @classmethod
    def open(
        cls,
        profile: str = "quick",
        dataset: str = "synthetic",
        *,
        root: Path | str | None = None,
        jobs: int | None = None,
        progress: bool = False,
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
        """
        root = project_root(root)
        load_manifest(root / MARKER / f"{dataset}.yaml")
        return cls(
            root=root,
            profile=load_profile(root / "notebooks" / "profiles" / f"{profile}.yaml"),
            dataset_name=dataset,
            jobs=jobs or machine()["cores"] or 1,
            progress=progress,
        )

    @property
    def data_folder(self) -> Path:
        """Where the clips lie: the corpus is rendered per profile, other data are one copy."""
        folder = self.root / "data" / self.dataset_name
        return folder / self.profile.name if self.dataset_name == "synthetic" else folder

    def results_folder(self, experiment: str = "") -> Path:
        """Where the records of an experiment lie."""
        return self.root / "results" / self.profile.name / self.dataset_name / experiment

    @cached_property
    def dataset(self) -> Dataset:
        """The clips; the synthetic corpus is rendered if it is not there or is stale."""
        if self.dataset_name == "synthetic":
            render_corpus(
                self.profile.corpus, self.data_folder, jobs=self.jobs, progress=self.progress
            )
        return open_dataset(self.root / MARKER / f"{self.dataset_name}.yaml", self.data_folder)

    @cached_property
    def preparation(self) -> PreparationReport:
        """The prepared clips, and for every clip that could not be prepared the reason."""
        report = prepare_dataset(
            self.dataset,
            self.profile.preparation,
            self.root / "data" / "prepared",
            jobs=self.jobs,
            progress=self.progress,
        )
        _write_if_new(self.results_folder() / "preparation.json", report.to_dict())
        return report

    def recognition(self, experiment: str) -> ResultsRecord:
        """Evaluate a pipeline on people that it was not trained on.

        The record on disk is returned if settings, data and code are still the same.

        Parameters
        ----------
        experiment : str
            A key of ``EXPERIMENTS``.

        Raises
        ------
        ParameterError
            If there is no such experiment.
        """
        if experiment not in EXPERIMENTS:
            raise ParameterError(
                f"experiment: expected a known one, got {experiment!r}. "
                f"{did_you_mean(experiment, list(EXPERIMENTS))}"
            )
        recogniser = self.profile.recogniser(EXPERIMENTS[experiment])
        folder = self.results_folder(experiment)
        settings = {
            "profile": self.profile.name,
            "preparation": self.profile.preparation.to_dict(),
            "pipeline": EXPERIMENTS[experiment],
            "recogniser": recogniser.describe(),
            "groups": self.profile.groups,
            # a clip that could not be prepared is missing from the result: it belongs to it
            "not_prepared": sorted(row.clip for row in self.preparation.failed),
        }
        code = code_fingerprint(*RECOGNITION_CODE)
        if is_current(folder, settings=settings, dataset_sha256=self.dataset.sha256, code=code):
            return ResultsRecord.read(folder)
        started = time.perf_counter()
        record = ResultsRecord(
            experiment=experiment,
            settings=settings,
            seed=self.profile.seed,
            dataset_name=self.dataset_name,
            dataset_sha256=self.dataset.sha256,
            code=code,
            predictions=evaluate_by_subject(
                self.preparation.prepared,
                recogniser,
                groups=self.profile.groups,
                seed=self.profile.seed,
                jobs=self.jobs,
                progress=self.progress,
            ),
        )
        record.write(folder, seconds=time.perf_counter() - started, jobs=self.jobs)
        return record


def _write_if_new(path: Path, value: dict[str, Any]) -> None:
    """Leave an equal file, and its time stamp, alone: what depends on it is still current."""
    if not path.is_file() or path.read_text(encoding="utf-8") != canonical_json(value) + "\n":
        write_json(path, value)
