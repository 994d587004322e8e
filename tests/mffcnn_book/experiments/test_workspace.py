import pytest

from mffcnn_book.cli._book import check_results
from mffcnn_book.experiments import Workspace, stale_results
from mffcnn_book.runs import Site
from mffcnn_core.errors import BuildError, ManifestError, ParameterError
from mffcnn_core.files import read_json


def test_unknown_data_set_or_profile(tiny_project):
    with pytest.raises(ManifestError, match="Manifests in this folder: synthetic"):
        Workspace.open("tiny", "rml", root=tiny_project)
    with pytest.raises(ParameterError, match="expected one of tiny, got 'quick'"):
        Workspace.open("quick", root=tiny_project)


@pytest.mark.slow
def test_all_steps_are_computed_once_and_taken_from_disk_after(tiny_project, monkeypatch):
    work = Workspace.open("tiny", root=tiny_project, jobs=1)
    record = work.recognition("two_stream")
    assert len(record.predictions.clips) == len(work.preparation.prepared) == 12
    assert set(record.predictions.variants) == {"both", "spatial", "temporal"}
    assert (work.results_folder() / "preparation.json").is_file()
    run = read_json(work.results_folder("two_stream") / "run.json")
    assert run["seconds"] == pytest.approx(sum(run["fold_seconds"].values()))
    assert run["load_seconds"] > 0
    assert run["cpu_seconds"] > 0
    assert run["peak_memory"] > 50_000_000  # torch alone is larger
    assert run["parameters"] > 10_000

    def refuse(*args, **options):
        raise AssertionError("computed again")

    monkeypatch.setattr("mffcnn_book.experiments._running.Evaluation.submit", refuse)
    monkeypatch.setattr("mffcnn_corpus.corpus._render_to_files", refuse)
    again = Workspace.open("tiny", root=tiny_project, jobs=1)
    assert again.preparation.made == 0
    assert again.recognition("two_stream").metrics == record.metrics

    assert stale_results(again) == {}
    with monkeypatch.context() as changed:
        changed.setattr("mffcnn_book.experiments._workspace.code_fingerprint", lambda *_: "new")
        assert stale_results(again) == {"two_stream": "made with other code than there is now"}
        site = Site(tiny_project, "tiny", "synthetic")
        with pytest.raises(BuildError, match="(?s)of the code as it is, got 1 older.*evaluate two"):
            check_results(site)
    check_results(Site(tiny_project, "tiny", "synthetic"))

    profile = tiny_project / "notebooks" / "profiles" / "tiny.yaml"
    text = profile.read_text()
    profile.write_text(text.replace("epochs: 1", "epochs: 2"))
    # shown nowhere: of other settings than are asked for
    assert stale_results(Workspace.open("tiny", root=tiny_project)) == {}
    with pytest.raises(AssertionError, match="computed again"):  # other settings, other result
        Workspace.open("tiny", root=tiny_project, jobs=1).recognition("two_stream")
    profile.write_text(text)


@pytest.mark.slow
def test_the_papers_method_is_evaluated_with_its_controls(tiny_project):
    record = Workspace.open("tiny", root=tiny_project, jobs=1).recognition("mffcnn")
    assert record.settings["pipeline"] == "mffcnn"
    assert record.predictions.variants == (
        *("both", "softmax", "spatial", "temporal", "without_dbn"),
    )


def test_an_unknown_experiment_is_named(tiny_project):
    with pytest.raises(ParameterError, match="got 'fusion'. "):
        Workspace.open("tiny", root=tiny_project).recognition("fusion")


def test_rendered_clips_lie_by_profile_and_other_data_lie_once(tiny_project):
    work = Workspace.open("tiny", root=tiny_project)
    assert work.data_folder == tiny_project / "data" / "synthetic" / "tiny"
    assert work.results_folder("x") == tiny_project / "results" / "tiny" / "synthetic" / "x"
