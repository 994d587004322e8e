"""Names of files: people who are none, paths of other computers, videos of other names."""

import shutil

import pytest

from mffcnn_book.acquisition import build_index
from mffcnn_core.datasets import load_manifest


@pytest.fixture
def own(root):
    return load_manifest(root / "data_manifests" / "own.yaml")


def plant(folder, *paths, text=None):
    for number, path in enumerate(paths):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text or f"{number}")


@pytest.mark.parametrize(
    "name",
    [
        "20240501_120000.mp4",
        "2024-05-01_a.mp4",
        "MVI_0001.mp4",
        "DJI_0001.mp4",
        "GMT20240501-120000_Recording.mp4",
        "Zoom_0.mp4",
        "zoom123_1.mp4",
        "Screen_Recording_20240501.mp4",
        "ScreenRecording_1.mp4",
        "GX010123_1.mp4",
        "P1000123_2.mp4",
        "VID_20240501_1.mp4",
        "WhatsApp Video 2024_1.mp4",
        "take1_a.mp4",
        "clip-3_a.mp4",
        "C0001_x.mp4",
        "01_x.mp4",
        "happy_1.mp4",
        "Aufnahme 2_1.mp4",
        "IMG-20240501-WA0001_1.mp4",
    ],
)
def test_a_date_or_a_camera_is_nobody(own, tmp_path, name):
    plant(tmp_path, f"anger/{name}", f"fear/{name.rpartition('.')[0]}/a.mp4")
    build = build_index(own, tmp_path)
    first = next(one for one in build.problems if one.path == f"anger/{name}")
    assert "is no person's name: expected a path such as anger/anna/take1.mp4" in first.reason
    assert all(clip.path.startswith("fear/") for clip in build.clips)


@pytest.mark.parametrize("name", ["anna", "Zoë", "p01", "s3", "Jean-Luc", "sub07", "Li", "max2"])
def test_a_person_is_one(own, tmp_path, name):
    plant(tmp_path, f"anger/{name}_1.mp4", f"fear/{name}_2.mp4", "fear/other_1.mp4")
    build = build_index(own, tmp_path)
    assert len({clip.subject for clip in build.clips}) == 2
    assert "guessed from the names of 3 file(s)" in build.notes[-1]


def test_doubts_are_questions(own, tmp_path):
    plant(
        tmp_path, "anger/anna1_a.mp4", "anger/anna2_a.mp4", "fear/anna1_b.mp4", "fear/anna2_b.mp4"
    )
    assert build_index(own, tmp_path).questions == ("are anna1, anna2 one person?",)
    plant(tmp_path / "b", *(f"{c}/{p}_{k}.mp4" for c, p in (("anger", "x"), ("fear", "y"))
                            for k in "12"))  # fmt: skip
    (told,) = build_index(own, tmp_path / "b").questions
    assert told == "each of x, y shows one expression only: are these names of people?"
    plant(tmp_path / "c", "anger/anna_1.mp4", "anger/ben_1.mp4", "fear/ben_2.mp4")
    build = build_index(own, tmp_path / "c")
    assert build.questions[0].startswith("1 of 2 people have one clip (anna)")
    assert "Please look: 1 of 2 people" in build.summary()
    plant(tmp_path / "d", *(f"{c}/{p}_1.mp4" for c in ("anger", "fear") for p in ("s1", "s2")))
    assert build_index(own, tmp_path / "d").questions == ()
    plant(tmp_path / "e", "anger/anna/1.mp4")  # a folder is no guess
    assert (build_index(own, tmp_path / "e").questions, build_index(own, tmp_path / "e").notes) == (
        (),
        (),
    )


HEAD = "path,subject,expression\n"


def clips_of(own, folder, *rows):
    (folder / "clips.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    build = build_index(own, folder)
    return {clip.path: clip.subject for clip in build.clips}, build


@pytest.mark.parametrize(
    "base",
    ["C:\\Users\\ada\\clips\\", "/home/ada/clips/", "\\\\server\\share\\", "~/clips/", "D:/"],
)
def test_paths_of_another_computer(own, tmp_path, base):
    plant(tmp_path, "s1/a.mp4", "s2/a.mp4", "b.mp4")
    slash = "/" if "/" in base else "\\"
    found, build = clips_of(
        own, tmp_path, f"{base}s1{slash}a.mp4,ada,fear", f"{base}s2{slash}a.mp4,ben,fear",
        f"{base}b.mp4,cy,anger",
    )  # fmt: skip
    assert found == {"s1/a.mp4": "ada", "s2/a.mp4": "ben", "b.mp4": "cy"}
    assert not build.problems


def test_a_file_is_not_taken_for_another_one_of_its_name(own, tmp_path):
    plant(tmp_path, "s2/a.mp4", "s2/b.mp4", "s2/c.mp4")
    found, build = clips_of(
        own, tmp_path, "/x/s1/a.mp4,ada,fear", "/x/s2/b.mp4,ben,fear", "/x/s2/c.mp4,ben,anger"
    )
    assert found == {"s2/b.mp4": "ben", "s2/c.mp4": "ben"}
    assert "1 row(s) without a file: /x/s1/a.mp4" in build.notes[0]


def test_a_sheet_that_gives_a_clip_two_people(own, tmp_path):
    plant(tmp_path, "a.mp4")
    found, build = clips_of(own, tmp_path, "a.mp4,ada,fear", "a.mp4,ben,fear")
    assert not found
    assert "gives it two people: 'ada' and 'ben'" in build.problems[0].reason


def test_every_kind_of_video_is_a_clip_or_a_remark(own, tmp_path, cases):
    for path in sorted((cases / "video").iterdir()):
        if path.suffix != ".py":
            for name in (path.name, f"{path.stem}{path.suffix}.backup"):
                (tmp_path / "anger" / "ada").mkdir(parents=True, exist_ok=True)
                shutil.copy(path, tmp_path / "anger" / "ada" / name)
    plant(tmp_path, "anger/ada/notes.txt", "anger/ada/sound.m4a", text="\0\0\0 ftypM4A ")
    build = build_index(own, tmp_path)
    assert len(build.clips) == 10
    backups = [one for one in build.problems if one.path.endswith(".backup")]
    assert len(backups) == 10
    assert all("a video by its content, but not by its name" in one.reason for one in backups)
    assert build.other_files == {".txt": 1, ".m4a": 1}


def test_ravdess_in_one_folder(root, tmp_path):
    plant(tmp_path, *(f"01-01-0{e}-01-01-01-{a}.mp4" for e in (3, 5) for a in ("01", "24")))
    build = build_index(load_manifest(root / "data_manifests" / "ravdess.yaml"), tmp_path)
    assert sorted((c.subject, c.expression) for c in build.clips) == [
        ("1", "anger"), ("1", "happiness"), ("24", "anger"), ("24", "happiness"),
    ]  # fmt: skip
