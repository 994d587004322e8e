import numpy as np
import pytest

from mffcnn_core.datasets import open_dataset, read_index, validate
from mffcnn_core.errors import ParameterError, RecordError, VideoError
from mffcnn_core.files import read_json, sha256_of_file
from mffcnn_core.video import load_video
from mffcnn_corpus import corpus as corpus_module
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._performance import perform
from mffcnn_corpus.acting._plan import plan_corpus
from mffcnn_corpus.corpus import load_truth, render_corpus
from mffcnn_corpus.person._action_units import ACTION_UNITS

SETTINGS = CorpusSettings(subjects=1, takes=1, frames=3, width=120, height=80)


def files(root):
    return {
        path.relative_to(root).as_posix(): sha256_of_file(path)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module", autouse=True)
def same_code():
    """Hold the code's fingerprint, so that nobody who edits it meanwhile disturbs a test."""

    def fingerprint(*entries):
        assert entries == (render_corpus,)
        return "0" * 64

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus_module, "code_fingerprint", fingerprint)
        yield


@pytest.fixture(scope="module")
def rendered(tmp_path_factory, same_code):
    root = tmp_path_factory.mktemp("rendered")
    return root, render_corpus(SETTINGS, root)


@pytest.fixture
def corpus(rendered, tmp_path):
    """Return a copy of the rendered corpus that a test may damage."""
    for path in rendered[0].rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(rendered[0])
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return tmp_path


@pytest.fixture
def renders(monkeypatch):
    """Return the names of the clips that are rendered from now on."""
    names = []

    def counted(spec, settings):
        names.append(spec.name)
        return original(spec, settings)

    original = corpus_module.render_clip
    monkeypatch.setattr(corpus_module, "render_clip", counted)
    return names


def test_the_folder_is_a_data_set(rendered, root):
    folder, clips = rendered
    dataset = open_dataset(root / "data_manifests/synthetic.yaml", folder)
    assert list(dataset.clips) == clips == read_index(folder / "index.csv")
    assert validate(dataset)
    assert [clip.clip for clip in clips] == [spec.name for spec in plan_corpus(SETTINGS)]
    assert clips[0].path == "clips/s01/s01_anger_01.mp4"
    assert set(clips[0].attributes) == {"take", "partner", "apex", "intensity"}
    assert "creativecommons.org/publicdomain/zero/1.0" in (folder / "LICENSE").read_text()
    record = read_json(folder / "settings.json")
    assert CorpusSettings.from_dict(record["settings"]) == SETTINGS
    assert len(record["code"]) == 64


def test_videos_decode_to_every_frame(rendered):
    root, clips = rendered
    for clip in clips:
        video = load_video(root / clip.path)
        assert video.frames.shape == (3, 80, 120, 3)
        assert video.fps == 25
        assert not video.problems


def test_video_looks_like_the_rendering(rendered):
    root, clips = rendered
    frames = corpus_module.render_clip(plan_corpus(SETTINGS)[0], SETTINGS).astype(float)
    error = np.abs(load_video(root / clips[0].path).frames - frames).mean()
    assert error < 6  # grey levels, of which the sensor noise is a part


def test_truth_is_the_performance(rendered):
    root, clips = rendered
    for spec, clip in zip(plan_corpus(SETTINGS), clips, strict=True):
        truth, acted = load_truth(root, clip.clip), perform(spec, SETTINGS)
        assert np.array_equal(truth.action_units, acted.action_units)
        assert np.array_equal(truth.pose, acted.pose)
        assert np.array_equal(truth.gaze, acted.gaze)
        assert tuple(truth.action_unit_numbers) == ACTION_UNITS
        assert (truth.apex, truth.take, truth.fps) == (acted.apex, spec.take, 25.0)
        assert clip.attributes["take"] == spec.take
        assert int(clip.attributes["apex"]) == truth.apex
        assert truth.face_boxes.shape == (3, 4)


def test_truth_of_an_unknown_clip(rendered):
    with pytest.raises(RecordError, match=r"expected the truth of clip 's09_joy_01', got no file"):
        load_truth(rendered[0], "s09_joy_01")


def test_number_of_processes_leaves_every_byte(rendered, tmp_path):
    render_corpus(SETTINGS, tmp_path, jobs=2)
    assert files(tmp_path) == files(rendered[0])


def test_a_whole_corpus_is_left_alone(corpus, renders):
    times = {path: (corpus / path).stat().st_mtime_ns for path in files(corpus)}
    render_corpus(SETTINGS, corpus)
    assert renders == []
    assert times == {path: (corpus / path).stat().st_mtime_ns for path in files(corpus)}


@pytest.mark.parametrize(
    "damage",
    [
        lambda video, truth: video.unlink(),
        lambda video, truth: truth.unlink(),
        lambda video, truth: video.write_bytes(video.read_bytes()[:500]),
        lambda video, truth: truth.write_bytes(truth.read_bytes()[:500]),
        lambda video, truth: truth.write_bytes(b""),
        lambda video, truth: np.savez(truth, other=1),
    ],
    ids=["no video", "no truth", "cut video", "cut truth", "empty truth", "foreign truth"],
)
def test_a_damaged_clip_is_made_again_alone(rendered, corpus, renders, damage):
    damage(corpus / "clips/s01/s01_fear_01.mp4", corpus / "truth/s01_fear_01.npz")
    render_corpus(SETTINGS, corpus)
    assert renders == ["s01_fear_01"]
    assert files(corpus) == files(rendered[0])


def test_a_killed_run_goes_on_and_leaves_no_index(rendered, tmp_path, monkeypatch):
    original, calls = corpus_module.render_clip, []

    def killed(spec, settings):
        if len(calls) == 4:
            raise KeyboardInterrupt
        calls.append(spec.name)
        return original(spec, settings)

    monkeypatch.setattr(corpus_module, "render_clip", killed)
    with pytest.raises(KeyboardInterrupt):
        render_corpus(SETTINGS, tmp_path)
    assert not (tmp_path / "index.csv").exists()
    assert len(files(tmp_path)) == 8
    monkeypatch.setattr(corpus_module, "render_clip", original)
    render_corpus(SETTINGS, tmp_path)
    assert files(tmp_path) == files(rendered[0])


def test_other_settings_replace_every_clip(corpus, renders):
    before = files(corpus)
    clips = render_corpus(SETTINGS.replace(seed=1), corpus)
    assert sorted(renders) == [clip.clip for clip in clips]
    assert all(files(corpus)[clip.path] != before[clip.path] for clip in clips)
    assert read_json(corpus / "settings.json")["settings"]["seed"] == 1


def test_other_code_replaces_every_clip(corpus, renders, monkeypatch):
    monkeypatch.setattr(corpus_module, "code_fingerprint", lambda *packages: "1" * 64)
    clips = render_corpus(SETTINGS, corpus)
    assert len(renders) == len(clips)
    assert read_json(corpus / "settings.json")["code"] == "1" * 64


def test_more_takes_keep_the_clips_and_fewer_remove_the_rest(rendered, corpus, renders):
    more = render_corpus(SETTINGS.replace(takes=2), corpus)
    assert len(more) == 12
    assert all(name.endswith("_02") for name in renders)
    assert len(renders) == 6
    assert render_corpus(SETTINGS, corpus) == rendered[1]
    assert len(renders) == 6
    assert files(corpus) == files(rendered[0])


def test_what_is_not_ours_is_not_removed(corpus):
    own = corpus / "clips/s01/holiday.mp4"
    own.write_bytes(b"mine")
    render_corpus(SETTINGS.replace(takes=2), corpus)
    assert own.read_bytes() == b"mine"


def test_progress_is_shown_when_asked_only(corpus, capsys):
    (corpus / "truth/s01_fear_01.npz").unlink()
    render_corpus(SETTINGS, corpus)
    assert capsys.readouterr() == ("", "")
    (corpus / "truth/s01_fear_01.npz").unlink()
    render_corpus(SETTINGS, corpus, progress=True)
    assert "rendering: 100%" in capsys.readouterr().err


def test_refuses_no_process(tmp_path):
    with pytest.raises(ParameterError, match=r"jobs: expected at least 1, got 0\."):
        render_corpus(SETTINGS, tmp_path, jobs=0)


def test_a_video_that_cannot_be_read_again_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("mffcnn_core.video._write.VideoReader", lambda path: iter([]))
    with pytest.raises(VideoError, match=r"s01_anger_01\.mp4: expected \d+ frames .* got 0"):
        render_corpus(SETTINGS, tmp_path)
    assert files(tmp_path) == {}
