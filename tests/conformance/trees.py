"""By data set: a copy in its own shape, traps included, and what a builder must make of it.

Each function plants its files and returns the expected answer:
``clips`` (path -> subject, expression), ``meant`` and ``wrong`` (path -> part of the reason),
and ``notes`` (parts of them).
"""

from types import SimpleNamespace

CODES = {
    "an": "anger", "di": "disgust", "fe": "fear", "ha": "happiness", "sa": "sadness",
    "su": "surprise",
}  # fmt: skip


def answer(clips, meant=None, wrong=None, notes=()):
    return SimpleNamespace(clips=clips, meant=meant or {}, wrong=wrong or {}, notes=notes)


def rml(p):
    clips = {}
    # part, person, folder of a language: stems repeat across people and languages
    for part, person, language in ((1, 1, ""), (1, 2, "english/"), (1, 2, "mandarin/"), (2, 6, "")):
        for code, expression in CODES.items():
            path = f"rml-{part}/s{person}/{language}{code}1.avi"
            p.video(path, person, expression)
            clips[path] = (str(person), expression)
    p.video("rml-2/s6/SU 2.AVI", 6, "surprise")
    clips["rml-2/s6/SU 2.AVI"] = ("6", "surprise")
    p.text("rml-1/s1/Thumbs.db")
    p.text("rml-1/s1/._an1.avi", "left by a Mac")
    p.video("rml-1/s1/xx1.avi", 1)
    p.text("rml-1/s2/an9.avi")
    copy = p.root / "rml-2/s6/copy of an1.avi"
    copy.write_bytes((p.root / "rml-2/s6/an1.avi").read_bytes())
    copy.rename(p.root / "rml-2/s6/an7.avi")
    return answer(
        clips,
        meant={"rml-1/s1/._an1.avi": "hidden file"},
        wrong={
            "rml-1/s1/xx1.avi": "expected a path such as rml-1/s1/an1.avi",
            "rml-1/s2/an9.avi": "an empty file",
            "rml-2/s6/an7.avi": "the same bytes as rml-2/s6/an1.avi",
        },
    )


SHEET = {1: "anger", 6: "disgust", 7: "fear", 8: "happiness", 10: "sadness", 11: "surprise"}


def baum1s(p):
    clips, rows = {}, []
    for person in (1, 2, 3):
        for number, (code, expression) in enumerate(SHEET.items(), start=1):
            name = f"S{person:03}_{number:03}"
            path = f"BAUM1s_MP4 - All/s{person:03}/{name}.mp4"
            p.video(path, person, expression)
            label = "Sadness" if (person, number) == (2, 1) else expression.capitalize()
            rows.append(f"{len(rows) + 1},{person},x,{name},{label},{code}")
            clips[path] = (str(person), expression)
    neutral = "BAUM1s_MP4 - All/s001/S001_020.mp4"
    unlisted = "BAUM1s_MP4 - All/s001/S001_021.mp4"
    moved = "BAUM1s_MP4 - All/s002/S003_030.mp4"
    for path in (neutral, unlisted, moved):
        p.video(path)
    rows += ["90,1,x,S001_020,Neutral,9", "91,3,x,S003_030,Anger,1", "92,3,x,S003_099,Anger,1"]
    rows.append(rows[0])
    head = "No,Subject No.,Mode,Clip Name,Emotion,Emotion Code"
    p.text("Annotations_BAUM1s.csv", "\n".join(["Annotations of BAUM-1s", head, *rows]))
    return answer(
        clips,
        meant={neutral: "neutral is not one of the six"},
        wrong={unlisted: "the sheet does not list it", moved: "two subjects: '002' and '003'"},
        notes=(
            "label 'Sadness' beside code '1': the code counts",
            "1 row(s) without a file: S003_099",
            "S001_001 again, with the same class",
        ),
    )


RAVDESS = {"03": "happiness", "04": "sadness", "05": "anger", "06": "fear", "07": "disgust",
           "08": "surprise"}  # fmt: skip


def ravdess(p):
    clips, meant = {}, {}
    for actor in ("01", "02", "24"):
        for code, expression in RAVDESS.items():
            names = [f"{m}-01-{code}-01-01-01-{actor}.mp4" for m in ("01", "02")]
            paths = [f"Video_Speech_Actor_{actor}/Actor_{actor}/{name}" for name in names]
            for path in paths:
                p.video(path, int(actor), expression)
            clips[paths[0]] = (str(int(actor)), expression)
            meant[paths[1]] = "a second copy of a take"
    only = "Video_Speech_Actor_01/Actor_01/02-01-05-02-02-02-01.mp4"
    p.video(only, 1, "anger")
    clips[only] = ("1", "anger")
    song = "Video_Song_Actor_01/Actor_01/01-02-05-01-01-01-01.mp4"
    calm = "Video_Speech_Actor_01/Actor_01/01-01-02-01-01-01-01.mp4"
    moved = "Video_Speech_Actor_01/Actor_01/01-01-05-01-02-01-07.mp4"
    for path in (song, calm, moved):
        p.video(path)
    p.text("Audio_Speech_Actors_01-24/Actor_01/03-01-05-01-01-01-01.wav", "sound")
    return answer(
        clips,
        meant={**meant, song: "leaves out channel '02'", calm: "calm is not one of the six"},
        wrong={moved: "two subjects: '01' and '07'"},
    )


def cremad(p):
    clips = {}
    codes = {"ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happiness", "SAD": "sadness"}
    for actor in ("1001", "1002", "1091"):
        for code, expression in codes.items():
            path = f"VideoFlash/{actor}_IEO_{code}_HI.flv"
            p.video(path, int(actor), expression)
            clips[path] = (actor, expression)
    p.video("VideoFlash/1001_DFA_NEU_XX.flv")
    p.video("VideoFlash/1001_DFA_ANGRY_XX.flv")
    # what git leaves where git-lfs is not installed
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:10dc\nsize 265922\n"
    p.text("VideoFlash/1003_IEO_ANG_HI.flv", pointer)
    return answer(
        clips,
        meant={"VideoFlash/1001_DFA_NEU_XX.flv": "neutral is not one of the six"},
        wrong={
            "VideoFlash/1001_DFA_ANGRY_XX.flv": "expected a path such as",
            "VideoFlash/1003_IEO_ANG_HI.flv": "pointer of git-lfs",
        },
    )


def enterface05(p):
    clips = {}
    for person in (1, 2, 6):
        for code, expression in CODES.items():
            sentence = "" if person == 6 else "sentence 1/"
            path = f"subject {person}/{expression}/{sentence}s{person}_{code}_1.avi"
            p.video(path, person, expression)
            clips[path] = (str(person), expression)
    odd = "subject 2/fear/sentence 3/s2_3_fe_3.avi"
    free = "subject 2/anger/take of anger.avi"
    p.video(odd, 2, "fear")
    p.video(free, 2, "anger")
    clips |= {odd: ("2", "fear"), free: ("2", "anger")}
    wrong_folder = "subject 1/anger/sentence 2/s1_di_2.avi"
    p.video(wrong_folder, 1, "disgust")
    return answer(clips, wrong={wrong_folder: "two expressions: 'anger' and 'di'"})


def savee(p):
    clips = {}
    codes = {"a": "anger", "d": "disgust", "f": "fear", "h": "happiness", "sa": "sadness",
             "su": "surprise"}  # fmt: skip
    for number, speaker in enumerate(("DC", "JE", "KL")):
        for code, expression in codes.items():
            path = f"AudioVisualClip/{speaker}/{code}1.avi"
            p.video(path, number, expression)
            clips[path] = (speaker.lower(), expression)
    p.video("AudioVisualClip/DC/n1.avi")
    p.text("AudioData/DC/a01.wav", "sound")
    return answer(clips, meant={"AudioVisualClip/DC/n1.avi": "neutral is not one of the six"})


def ckplus(p):
    clips = {}
    codes = {1: "anger", 3: "disgust", 4: "fear", 5: "happiness", 6: "sadness", 7: "surprise"}

    def label(person, session, code):
        stem = f"{person}_{session}_00000010_emotion.txt"
        p.text(f"Emotion/{person}/{session}/{stem}", f"   {code:.7e}\n")

    for number, person in enumerate(("S005", "S010", "S999")):
        for session, (code, expression) in enumerate(codes.items(), start=1):
            folder = f"cohn-kanade-images/{person}/{session:03}"
            name = f"{person}_{session:03}_{{:08}}.png"
            p.pictures(folder, name, number, expression)
            label(person, f"{session:03}", code)
            clips[folder] = (person.lower(), expression)
    p.pictures("cohn-kanade-images/S005/007")
    p.pictures("cohn-kanade-images/S005/008")
    label("S005", "008", 2)
    p.text("cohn-kanade-images/S005/001/.DS_Store", "left by a Mac")
    return answer(
        clips,
        meant={
            "cohn-kanade-images/S005/007": "its owners gave it no label",
            "cohn-kanade-images/S005/008": "contempt is not one of the six",
            "cohn-kanade-images/S005/001/.DS_Store": "hidden file",
        },
    )


def oulucasia(p):
    clips = {}
    for number in (1, 2, 80):
        for expression in CODES.values():
            folder = f"OriginalImg/VL/Strong/P{number:03}/{expression.capitalize()}"
            p.pictures(folder, "{:03}.jpeg", number, expression)
            clips[folder] = (f"p{number:03}", expression)
    others = {
        "OriginalImg/NI/Strong/P001/Anger": "leaves out light 'NI'",
        "OriginalImg/VL/Weak/P001/Anger": "leaves out illumination 'Weak'",
        "PreProcess Img/VL_Acropped/Strong/P001/Anger": "leaves out cropped '_Acropped'",
    }
    for folder in others:
        p.pictures(folder, "{:03}.jpeg")
    return answer(clips, meant=others)


def own(p):
    clips = {}
    for number, person in enumerate(("anna", "Ben", "carla maria")):
        for expression in CODES.values():
            path = f"{expression}/{person}/take 1.mp4"
            p.video(path, number, expression)
            clips[path] = (person.lower(), expression)
    p.video("Happy/anna_2.MOV", 0, "happiness")
    clips["Happy/anna_2.MOV"] = ("anna", "happiness")
    p.video("bored/anna/1.mp4")
    p.video("anger/1.mp4")
    p.video("anger/IMG_0042.mp4")  # a camera is no person
    p.video("neutral/anna/1.mp4")
    p.text("notes.txt", "who was filmed when")
    return answer(
        clips,
        meant={"neutral/anna/1.mp4": "neutral is not one of the six"},
        wrong={
            "bored/anna/1.mp4": "got 'bored'",
            "anger/1.mp4": "expected a path such as anger/anna/take1.mp4",
            "anger/IMG_0042.mp4": "expected a path such as anger/anna/take1.mp4",
        },
    )


TREES = {
    f.__name__: f
    for f in (rml, baum1s, ravdess, cremad, enterface05, savee, ckplus, oulucasia, own)
}
