"""What every data set promises, and every builder does."""

from pathlib import Path

import pytest

from mffcnn_book.acquisition import build_index
from mffcnn_core.datasets import load_manifest, open_dataset, validate
from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.preparation import PreparationSettings, prepare_dataset

MANIFESTS = sorted((Path(__file__).parents[2] / "data_manifests").glob("*.yaml"))
NAMES = [path.stem for path in MANIFESTS]
# One is rendered; of another there are no files to build on, see tests/mffcnn_core/datasets.
BUILT = [name for name in NAMES if name not in ("synthetic", "ravdess_aus")]


@pytest.mark.parametrize("path", MANIFESTS, ids=NAMES)
def test_a_manifest_says_what_its_users_must_know(path):
    manifest = load_manifest(path)
    assert manifest.name == path.stem
    for text in (manifest.title, manifest.description, manifest.citation, manifest.licence):
        assert text.strip()
    assert "`mffcnn " in manifest.how_to_get
    assert len(set(manifest.expressions.values()) & set(EXPRESSIONS)) >= 5
    promised = manifest.expected.model_dump(exclude={"source"}, exclude_none=True)
    assert bool(promised) == bool(manifest.expected.source)  # a count says who counted
    if manifest.downloads:
        assert manifest.access == "open"
        assert manifest.homepage


def test_every_data_set_has_a_tree_to_test_its_builder(plant):
    assert sorted(plant.names) == BUILT


@pytest.fixture(params=BUILT)
def built(request, plant, manifest, tmp_path):
    """A copy in the data set's own shape, what is in it, and what the builder made of it."""
    expected = plant(request.param, tmp_path / "copy")
    return expected, build_index(manifest(request.param), tmp_path / "copy")


def test_the_builder_finds_every_clip_and_says_why_it_leaves_out_the_rest(built):
    expected, build = built
    found = {clip.path: (clip.subject, clip.expression) for clip in build.clips}
    assert found == expected.clips
    assert len({clip.clip for clip in build.clips}) == len(build.clips)
    for meant, wanted in ((True, expected.meant), (False, expected.wrong)):
        reasons = {one.path: one.reason for one in build.left_out if one.meant is meant}
        assert sorted(reasons) == sorted(wanted)
        for path, part in wanted.items():
            assert part in reasons[path]
    for part in expected.notes:
        assert any(part in note for note in build.notes), part
    told = build.summary()
    assert f"{len(expected.clips)} clips of 3 people" in told
    assert all(part in told for part in expected.notes)
    if build.manifest.expected.clips:
        assert f"clips: expected {build.manifest.expected.clips}, got {len(found)}" in told


def test_an_index_leads_back_to_the_files(built, tmp_path):
    _, build = built
    build.write(tmp_path / "data")
    data = open_dataset(build.manifest, tmp_path / "data")
    assert data.clips == build.clips
    assert validate(data)
    first, second = (data.path_of(clip) for clip in data.clips[:2])
    first.rename(first.with_name("moved away"))
    victim = next(second.iterdir()) if second.is_dir() else second
    victim.write_bytes(victim.read_bytes() + b"x")
    answer = validate(data)
    assert answer.missing == (data.clips[0].clip,)
    assert answer.altered == (data.clips[1].clip,)


@pytest.mark.slow
def test_every_copy_is_prepared(built, tmp_path):
    _, build = built
    build.write(tmp_path / "data")
    data = open_dataset(build.manifest, tmp_path / "data")
    report = prepare_dataset(data, PreparationSettings(size=32), tmp_path / "store")
    assert [row.reason for row in report.failed] == []
    assert all(row.counts.frames == 10 for row in report.rows)


def test_a_copy_may_lie_deeper_and_its_clips_keep_their_names(plant, manifest, tmp_path):
    plant("rml", tmp_path / "a" / "b")
    here = build_index(manifest("rml"), tmp_path / "a" / "b")
    above = build_index(manifest("rml"), tmp_path)
    assert [c.clip for c in here.clips] == [c.clip for c in above.clips]
    assert here.clips[0].clip == "rml-1__s1__an1"


def test_the_acted_part_of_baum1_is_refused(plant, manifest, tmp_path):
    plant("baum1s", tmp_path)
    (tmp_path / "Annotations_BAUM1a.xlsx").touch()
    with pytest.raises(ManifestError, match="got Annotations_BAUM1a.xlsx: the acted set"):
        build_index(manifest("baum1s"), tmp_path)


def test_a_missing_sheet_is_asked_for(planter, manifest):
    planter.video("s001/S001_001.mp4")
    with pytest.raises(ManifestError, match="expected the sheet .*Annotations_BAUM1s.*xlsx"):
        build_index(manifest("baum1s"), planter.root)


def test_a_sheet_may_be_one_of_excel(plant, manifest, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    expected = plant("baum1s", tmp_path)
    text = tmp_path / "Annotations_BAUM1s.csv"
    book = openpyxl.Workbook()
    for line in text.read_text().splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(text.with_suffix(".xlsx"))
    text.unlink()
    build = build_index(manifest("baum1s"), tmp_path)
    assert {c.path for c in build.clips} == set(expected.clips)


def test_own_clips_may_be_listed_in_a_sheet(planter, manifest):
    for number in range(3):
        planter.video(f"day {number}/IMG_{number}.mp4", number)
    planter.video("day 0/spare.mp4")
    planter.text(
        "clips.csv",
        "Path;Person;Expression;Remark\n"
        "day 0/IMG_0.mp4;Anna ;happy;\n"
        "IMG_1.mp4;anna;Sad;\n"
        "day 2/IMG_2.mp4;Ben;nan;who knows\n",
    )
    build = build_index(manifest("own"), planter.root)
    assert [(c.path, c.subject, c.expression) for c in build.clips] == [
        ("day 0/IMG_0.mp4", "anna", "happiness"),
        ("day 1/IMG_1.mp4", "anna", "sadness"),
    ]
    reasons = {one.path: one.reason for one in build.problems}
    assert "expected a known class, got ''" in reasons["day 2/IMG_2.mp4"]
    assert reasons["day 0/spare.mp4"] == "the sheet does not list it"


def test_one_video_under_two_labels_is_trusted_under_neither(planter, manifest):
    video = planter.video("anger/anna/1.mp4")
    planter.video("fear/ben/1.mp4", 1, "fear")
    for path in ("fear/anna/1.mp4", "anger/ben/2.mp4"):
        (planter.root / path).parent.mkdir(parents=True, exist_ok=True)
        (planter.root / path).write_bytes(video.read_bytes())
    build = build_index(manifest("own"), planter.root)
    assert [c.path for c in build.clips] == ["fear/ben/1.mp4"]
    assert {one.reason for one in build.problems} == {
        "the same bytes under several people or expressions; which is right?"
    }


def test_a_rendered_data_set_is_not_built(manifest, tmp_path):
    with pytest.raises(ParameterError, match="got one that is rendered"):
        build_index(manifest("synthetic"), tmp_path)


def test_without_a_clip_nothing_is_written(planter, manifest, tmp_path):
    planter.text("readme.txt", "the clips are elsewhere")
    build = build_index(manifest("rml"), planter.root)
    with pytest.raises(ManifestError, match=r"expected clips of RML.*got none[\s\S]*1 \.txt"):
        build.write(tmp_path / "data")
    assert not (tmp_path / "data" / "index.csv").exists()


def test_a_copy_that_moved_is_missed(plant, manifest, tmp_path):
    plant("savee", tmp_path / "copy")
    build_index(manifest("savee"), tmp_path / "copy").write(tmp_path / "data")
    (tmp_path / "copy").rename(tmp_path / "elsewhere")
    with pytest.raises(ManifestError, match="got no such folder. Run `mffcnn data build savee"):
        open_dataset(manifest("savee"), tmp_path / "data")


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "damaged file"), ("[]", "damaged file"), ('{"format": 2, "root": "x"}', "format 2")],
)
def test_a_report_of_another_version_is_refused(plant, manifest, tmp_path, text, told):
    plant("savee", tmp_path / "copy")
    build_index(manifest("savee"), tmp_path / "copy").write(tmp_path / "data")
    (tmp_path / "data" / "build.json").write_text(text)
    with pytest.raises(ManifestError, match=told):
        open_dataset(manifest("savee"), tmp_path / "data")
