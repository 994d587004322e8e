"""Results on disk: which settings on which data gave which prediction for which clip."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np

from mffcnn_core.errors import MffcnnError, RecordError
from mffcnn_core.evaluation import Fold, Predictions, accuracy, confusion
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.files import read_json, sha256_of, sha256_of_text, write_json
from mffcnn_core.provenance import code_commit, machine, package_versions

SCHEMA = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class ResultsRecord:
    """One experiment: settings, data, predictions, and what they add up to.

    A folder holds three files.  ``settings.json`` is what was asked for;
    ``results.json`` what came out, the same bytes for the same seed on the CPU of the same machine;
    ``run.json`` what differs from run to run (seconds, machine, date, commit).

    Attributes
    ----------
    experiment : str
    settings : mapping
        Everything that was asked for, as plain values: recogniser, preparation, ...
    seed : int
    dataset_name, dataset_sha256 : str
        ``dataset.manifest.name`` and ``dataset.sha256``.
    code : str
        :func:`mffcnn_core.sources.code_fingerprint` of what made the result.
    predictions : Predictions
    versions : mapping of str to str or None
        Of Python and the packages that a result can depend on.
    """

    experiment: str
    settings: Mapping[str, Any]
    seed: int
    dataset_name: str
    dataset_sha256: str
    code: str
    predictions: Predictions
    versions: Mapping[str, str | None] = dataclasses.field(default_factory=package_versions)

    @property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """Measures of every variant, as ``Predictions.metrics`` returns them."""
        return {
            name: self.predictions.metrics(name, seed=self.seed)
            for name in self.predictions.variants
        }

    def write(self, folder: Path | str, *, seconds: float, **run: Any) -> None:
        """Write the three files; ``results.json`` last, so that its presence means success.

        Parameters
        ----------
        folder : Path or str
            Made if absent.
        seconds : float
            How long the experiment took.
        **run
            Further facts about this one run, e.g. ``jobs=2``.
        """
        folder = Path(folder)
        (folder / "results.json").unlink(missing_ok=True)
        results = self._results()
        write_json(folder / "settings.json", self.settings)
        write_json(
            folder / "run.json",
            {
                "seconds": round(seconds, 3),
                "machine": machine(),
                "date": datetime.now(UTC).isoformat(timespec="seconds"),
                "commit": code_commit(),
                "results_sha256": sha256_of(results),
                **run,
            },
        )
        write_json(folder / "results.json", results)

    def _results(self) -> dict[str, Any]:
        p = self.predictions
        fold_of = {person: fold.name for fold in p.folds for person in fold.test_subjects}
        return {
            "schema": SCHEMA,
            "experiment": self.experiment,
            "settings_sha256": sha256_of(self.settings),
            "seed": self.seed,
            "dataset": {"name": self.dataset_name, "sha256": self.dataset_sha256},
            "code": self.code,
            "versions": dict(self.versions),
            "classes": list(EXPRESSIONS),
            "folds": list(p.folds),
            "main": p.main,
            "clips": [
                {"clip": clip, "subject": person, "expression": truth, "fold": fold_of[person]}
                for clip, person, truth in zip(p.clips, p.subjects, p.expressions, strict=True)
            ],
            "variants": {
                name: {"predicted": list(p.predicted(name)), "scores": p.scores[name], **measures}
                for name, measures in self.metrics.items()
            },
        }

    @classmethod
    def read(cls, folder: Path | str) -> Self:
        """Read a record and check that its parts belong together.

        Raises
        ------
        RecordError
            If one of the three files is missing or broken, was written by another version of
            this schema, the results are not those of the settings and the run beside them, or
            the predictions or the accuracy do not follow from the scores.
        """
        folder = Path(folder)
        settings = read_json(folder / "settings.json")
        path = folder / "results.json"
        results = read_json(path)
        if not isinstance(results, dict) or results.get("schema") != SCHEMA:
            found = results.get("schema") if isinstance(results, dict) else type(results).__name__
            raise RecordError(
                f"{path}: expected schema {SCHEMA}, got {found}. Delete the folder and run the "
                "experiment again."
            )
        try:
            record = cls._from_results(settings, results)
            odd = [
                name for name, told in results["variants"].items() if not record._gives(name, told)
            ]
        except (KeyError, TypeError, ValueError, AttributeError, MffcnnError) as error:
            raise RecordError(
                f"{path}: expected a complete record, got {type(error).__name__}: {error}. "
                "Delete the folder and run the experiment again."
            ) from error
        if results.get("settings_sha256") != sha256_of(settings):
            raise RecordError(
                f"{path}: expected results of the settings.json beside it, got those of other "
                "settings. Run the experiment again."
            )
        if odd:
            raise RecordError(
                f"{path}: expected predictions and measures that follow from the scores, got "
                f"others for {odd[0]!r}. The file was changed by hand: run the experiment again."
            )
        run = read_json(folder / "run.json")
        if not isinstance(run, dict) or "seconds" not in run:
            raise RecordError(
                f"{folder / 'run.json'}: expected what a run took, got others. Run the experiment "
                "again."
            )
        told = run.get("results_sha256")  # records of earlier versions name no sum
        # the text as it was written is what the sum was made of; another layout means the same
        if told not in (None, sha256_of_text(path)) and told != sha256_of(results):
            raise RecordError(
                f"{path}: expected the results of the run.json beside it, got others. The file was "
                "changed or damaged: run the experiment again."
            )
        return record

    def _gives(self, name: str, told: Mapping[str, Any]) -> bool:
        """Say whether what a record says of a variant follows from its scores."""
        truth, predicted = self.predictions.expressions, list(self.predictions.predicted(name))
        follows = predicted, accuracy(truth, predicted), confusion(truth, predicted).tolist()
        return follows == (told["predicted"], told["accuracy"], told["confusion"])

    @classmethod
    def _from_results(cls, settings: dict[str, Any], results: dict[str, Any]) -> Self:
        clips = results["clips"]
        return cls(
            experiment=results["experiment"],
            settings=settings,
            seed=results["seed"],
            dataset_name=results["dataset"]["name"],
            dataset_sha256=results["dataset"]["sha256"],
            code=results["code"],
            versions=results["versions"],
            predictions=Predictions(
                clips=tuple(row["clip"] for row in clips),
                subjects=tuple(row["subject"] for row in clips),
                expressions=tuple(row["expression"] for row in clips),
                folds=tuple(
                    Fold(f["name"], tuple(f["train_subjects"]), tuple(f["test_subjects"]))
                    for f in results["folds"]
                ),
                scores={
                    name: np.asarray(variant["scores"], dtype=np.float64)
                    for name, variant in results["variants"].items()
                },
                main=results["main"] if "main" in results else _unnamed(results["variants"]),
            ),
        )


def _unnamed(variants: Iterable[str]) -> str:
    """Return the method's own variant in a record of an earlier version, which does not name it.

    It was called ``"both"`` or ``"method"``, or after the one stream that there was.
    """
    names = sorted({*variants} - {"softmax", "without_dbn"})
    return next((name for name in ("both", "method") if name in names), names[0])


def is_current(
    folder: Path | str, *, settings: Mapping[str, Any], seed: int, dataset_sha256: str, code: str
) -> bool:
    """Say whether a folder holds a whole record of these settings, seed, data and code.

    Parameters
    ----------
    folder : Path or str
    settings : mapping
        As they would be given to :class:`ResultsRecord`.
    seed : int
    dataset_sha256 : str
    code : str
        :func:`mffcnn_core.sources.code_fingerprint` of what makes the result.
    """
    try:
        record = ResultsRecord.read(folder)
    except RecordError:  # absent, cut off or tampered with: to be made again
        return False
    return (
        sha256_of(record.settings) == sha256_of(settings)
        and record.seed == seed
        and record.dataset_sha256 == dataset_sha256
        and record.code == code
    )
