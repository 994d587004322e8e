"""What is current follows from the imports, and from nothing else."""

import shutil

import pytest

from mffcnn_book.experiments import HEADLINE, Configuration, load_profile
from mffcnn_core import sources
from mffcnn_core.errors import RecordError
from mffcnn_core.preparation import preparation_code
from mffcnn_core.sources import PACKAGES, code_fingerprint, imported_by, sources_of
from mffcnn_corpus import render_corpus

SMALL = Configuration(pipeline="two_stream")


@pytest.fixture(scope="module")
def profile(root):
    return load_profile(root / "notebooks" / "profiles" / "quick.yaml")


@pytest.fixture
def copy(root, tmp_path, monkeypatch):
    """A copy of the packages that may be edited; the fingerprints are taken of it."""
    for package in PACKAGES:
        shutil.copytree(
            root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(sources, "_folder_of", lambda package: tmp_path / package)
    sources.imports_of.cache_clear()
    yield tmp_path
    sources.imports_of.cache_clear()


def append(path, text="\n# edited\n"):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def fingerprints(profile):
    return {
        "corpus": code_fingerprint(render_corpus),
        "preparation": code_fingerprint(*preparation_code(profile.preparation)),
        "headline": code_fingerprint(*profile.code(HEADLINE)),
        "two_stream": code_fingerprint(*profile.code(SMALL)),
    }


def changed(before, profile):
    after = fingerprints(profile)
    return {name for name in before if after[name] != before[name]}


def test_how_videos_are_written_is_part_of_the_corpus(copy, profile):
    before = fingerprints(profile)
    append(copy / "mffcnn_core" / "video" / "_write.py")
    assert changed(before, profile) == {"corpus"}


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("mffcnn_core/flow/methods/another.py", "def another(): ...\n\n\nOFFER = another\n"),
        ("mffcnn_core/faces/detectors/another.py", "class Another: ...\n\n\nOFFER = Another\n"),
        ("mffcnn_book/baselines/_another.py", "class AnotherRecogniser: ...\n"),
        ("mffcnn_core/nets/_another.py", "class Another: ...\n"),
    ],
)
def test_what_the_settings_do_not_choose_makes_nothing_stale(copy, profile, module, text):
    before = fingerprints(profile)
    path = copy / module
    path.write_text(text)
    assert changed(before, profile) == set()
    append(path)
    assert changed(before, profile) == set()


@pytest.mark.parametrize(
    ("module", "stale"),
    [
        ("mffcnn_core/flow/methods/dis.py", set()),
        ("mffcnn_core/faces/detectors/yunet.py", set()),
        ("mffcnn_book/baselines/_icltp.py", set()),
        ("mffcnn_book/baselines/_r2plus1d.py", set()),
        ("mffcnn_core/pipelines/_catalogue.py", set()),
        ("mffcnn_core/flow/methods/farneback.py", {"preparation", "headline", "two_stream"}),
        ("mffcnn_core/faces/detectors/haar.py", {"preparation", "headline", "two_stream"}),
        ("mffcnn_core/nets/_fusion.py", {"headline", "two_stream"}),  # both train with one engine
        ("mffcnn_core/pipelines/_fusion.py", {"headline"}),
        ("mffcnn_core/pipelines/_two_stream.py", {"two_stream"}),
        ("mffcnn_book/experiments/_table.py", set()),
    ],
)
def test_an_edit_makes_stale_what_depends_on_it(copy, profile, module, stale):
    before = fingerprints(profile)
    append(copy / module)
    assert changed(before, profile) == stale


def test_each_module_of_a_closure_counts(copy, profile):
    for name, entries in {
        "corpus": (render_corpus,),
        "headline": profile.code(HEADLINE),
    }.items():
        closure = sources_of(*entries)
        assert len(closure) > 20
        for module, path in closure.items():
            before = code_fingerprint(*entries)
            append(path)
            assert code_fingerprint(*entries) != before, (name, module)


def test_a_name_is_followed_through_its_shelf():
    source = "from mffcnn_core.flow import estimate_flow\nimport numpy\nimport mffcnn_core.seeding"
    assert imported_by(source) == ("mffcnn_core.flow._estimate", "mffcnn_core.seeding")
    assert imported_by("from mffcnn_core import flow") == ("mffcnn_core.flow",)
    assert imported_by("from mffcnn_core import __version__") == ("mffcnn_core",)


def test_a_package_stands_for_all_below_it():
    found = sources_of("mffcnn_core.flow")
    assert {"mffcnn_core.flow.methods.dis", "mffcnn_core.flow._measures"} <= set(found)


def test_what_is_not_ours_is_refused():
    with pytest.raises(RecordError, match="numpy: expected a module of mffcnn_core, .* got none"):
        sources_of("numpy")
    with pytest.raises(RecordError, match="mffcnn_core.none: expected a module"):
        sources_of("mffcnn_core.none")


def test_how_people_are_dealt_out_counts_only_where_they_are(copy, profile):
    protocols = ("by_subject", "random", "permuted")
    entries = [profile.code(Configuration(pipeline="two_stream", protocol=p)) for p in protocols]
    before = [code_fingerprint(*one) for one in entries]
    append(copy / "mffcnn_book" / "experiments" / "_dealt.py")
    now = [code_fingerprint(*one) for one in entries]
    assert [a != b for a, b in zip(before, now, strict=True)] == [False, True, True]
