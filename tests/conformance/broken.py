"""Inputs that are broken in every way that people's copies are, made without any of theirs."""

import io
import struct
import wave
import zipfile

import cv2
import numpy as np


def y4m(width, height, frames=6, colour="420", header=None, size=None):
    """Return raw video: players read it, and any nonsense can stand in its header."""
    depth = 2 if "p10" in colour else 1
    planes = 1 if colour.startswith("mono") else 1.5
    size = int(width * height * planes) * depth if size is None else size
    grey = (100).to_bytes(depth, "little") if depth == 1 else (400).to_bytes(2, "little")
    body = b"FRAME\n" + grey * (size // depth)
    head = header or f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C{colour}\n"
    return head.encode() + body * frames


def edit(data, box, offset, value):
    """Overwrite bytes behind the name of an MP4 box."""
    data = bytearray(data)
    at = data.index(box) + len(box) + offset
    data[at : at + len(value)] = value
    return bytes(data)


def sound():
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return buffer.getvalue()


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("clip.mp4", b"inside")
    return buffer.getvalue()


def mjpeg(frames):
    return b"".join(cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames)


def videos(mp4, webm, frames):
    """Yield name and bytes of broken and odd video files.

    Parameters
    ----------
    mp4, webm : bytes
        Sound files.
    frames : ndarray
        What they show.
    """
    for kind, data in (("mp4", mp4), ("webm", webm)):
        for number, end in enumerate(np.linspace(1, len(data) - 1, 40).astype(int)):
            yield f"cut {number:02}.{kind}", data[:end]
        for seed in range(20):
            rng = np.random.default_rng(seed)
            flipped = np.frombuffer(data, np.uint8).copy()
            places = rng.integers(0, len(data), 1 + seed)
            flipped[places] = rng.integers(0, 256, len(places))
            yield f"flipped {seed:02}.{kind}", flipped.tobytes()
        for number, start in enumerate(np.linspace(0, len(data) * 3 // 4, 8).astype(int)):
            stop = start + len(data) // 4
            yield f"blank {number}.{kind}", data[:start] + bytes(stop - start) + data[stop:]
        yield f"backwards.{kind}", data[::-1]
        yield f"twice.{kind}", data * 2
        yield f"headless.{kind}", data[64:]
        yield f"tail of rubbish.{kind}", data + b"rubbish" * 100
    yield "nothing.mp4", b""
    yield "one byte.mp4", b"\0"
    yield "zeros.mp4", bytes(5000)
    yield "text.mp4", b"Dear reader, this is no video.\n" * 50
    yield "page.mp4", b"<!DOCTYPE html><title>403 Forbidden</title>"
    yield "pointer.mp4", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    yield "sound only.mp4", sound()
    yield "archive.mp4", zipped()
    yield "picture.mp4", cv2.imencode(".png", frames[0])[1].tobytes()
    yield "list.mp4", b"file '/etc/passwd'\nfile 'http://127.0.0.1:9/x'\n"
    yield "playlist.mp4", b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n"
    yield "0 wide.mp4", edit(mp4, b"tkhd", 76, bytes(8))
    yield "0 by 0.avi", y4m(0, 0, size=0)
    yield "huge.avi", y4m(30_000, 30_000, size=100)
    yield "huge pictures.avi", mjpeg([np.zeros((8300, 8300), np.uint8)] * 2)
    yield "negative.avi", y4m(8, 8, header="YUV4MPEG2 W-8 H-8 F25:1 Ip A1:1 C420\n")
    yield "no rate.avi", y4m(64, 48, header="YUV4MPEG2 W64 H48 F0:0 Ip A1:1 C420\n")
    yield "unknown colours.avi", y4m(64, 48, header="YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C999\n")
    yield "odd size.avi", y4m(65, 49, size=65 * 49 + 2 * 33 * 25)
    yield "one by one.avi", y4m(1, 1, size=3)
    yield "ten bits.avi", y4m(64, 48, colour="420p10")
    yield "grey.avi", y4m(64, 48, colour="mono")
    yield "last frame cut.avi", y4m(64, 48)[:-1000]
    yield "no frame.avi", y4m(64, 48, frames=0)
    yield "one frame.avi", y4m(64, 48, frames=1)
    yield "two frames.avi", y4m(64, 48, frames=2)
    yield "sizes.avi", mjpeg([frames[0], frames[1][:64, :64], frames[2]])
    yield "grey pictures.avi", mjpeg(frames[:4, ..., 0])
    yield "rates.mp4", edit(mp4, b"stts", 12, struct.pack(">I", 7))
    yield "rate zero.mp4", edit(mp4, b"mdhd", 12, bytes(4))
    yield "frames promised.mp4", edit(mp4, b"stsz", 8, struct.pack(">I", 0xFFFFFFF))
    yield "turned.mp4", edit(mp4, b"tkhd", 40, struct.pack(">4i", 0, 1 << 16, 0, -(1 << 16)))
    yield "turned oddly.mp4", edit(mp4, b"tkhd", 40, struct.pack(">4i", 7, 7, 7, 7))


HEAD = "path,subject,expression"

SHEETS = {
    "empty": b"",
    "blank lines": b"\n\n\n",
    "header only": HEAD.encode(),
    "no header": b"a.mp4,anna,fear\n",
    "a column missing": b"path,expression\na.mp4,fear\n",
    "columns twice": b"path,path,subject,expression\na.mp4,b.mp4,anna,fear\n",
    "nan": f"{HEAD}\na.mp4,nan,NaN\nnan,anna,fear\n".encode(),
    "empty cells": f"{HEAD}\na.mp4,,\n,,\n".encode(),
    "too few cells": f"{HEAD}\na.mp4\n".encode(),
    "too many cells": f"{HEAD}\na.mp4,anna,fear,9,9,9\n".encode(),
    "unknown label": f"{HEAD}\na.mp4,anna,bored\n".encode(),
    "label of another set": f"{HEAD}\na.mp4,anna,5\n".encode(),
    "the same row twice": f"{HEAD}\na.mp4,anna,fear\na.mp4,anna,fear\n".encode(),
    "two labels": f"{HEAD}\na.mp4,anna,fear\na.mp4,anna,anger\n".encode(),
    "other clips": f"{HEAD}\nx.mp4,anna,fear\n../a.mp4,anna,fear\n/a.mp4,anna,fear\n".encode(),
    "not utf-8": f"{HEAD}\na.mp4,Zo\xeb,fear\n".encode("latin-1"),
    "utf-16": f"{HEAD}\na.mp4,anna,fear\n".encode("utf-16"),
    "utf-16 cut": f"{HEAD}\na.mp4,anna,fear\n".encode("utf-16")[:-1],
    "byte order mark": f"{HEAD}\na.mp4,anna,fear\n".encode("utf-8-sig"),
    "zero bytes": f"{HEAD}\na.mp4,an\0na,fear\n".encode(),
    "only zeros": bytes(300),
    "open quote": f'{HEAD}\n"a.mp4,anna,fear\n'.encode(),
    "old mac lines": f"{HEAD}\ra.mp4,anna,fear\r".encode(),
    "windows lines": f"{HEAD}\r\na.mp4,anna,fear\r\n".encode(),
    "semicolons": HEAD.replace(",", ";").encode() + b"\na.mp4;anna;fear\n",
    "tabs": HEAD.replace(",", "\t").encode() + b"\na.mp4\tanna\tfear\n",
    "backslashes": f"{HEAD}\n.\\a.mp4,anna,fear\n".encode(),
    "a title above": f"My clips\n\n{HEAD}\na.mp4,anna,fear\n".encode(),
    "capitals and blanks": b" PATH , Subject ,EXPRESSION\n a.mp4 , anna , Fear \n",
    "a huge cell": f"{HEAD}\na.mp4,{'x' * 200_000},fear\n".encode(),
    "a picture": cv2.imencode(".png", np.zeros((4, 4, 3), np.uint8))[1].tobytes(),
    "excel under a wrong name": zipped(),
}
