"""Films of every kind that cameras, browsers and editors write, made with PyAV."""

from fractions import Fraction

import av
import numpy as np
from av.stream import Disposition

WEBM = {"codec": "libvpx", "options": {"crf": "4", "b:v": "4M", "deadline": "realtime"}}


def write_film(
    path,
    frames,
    *,
    codec="libx264",
    pix_fmt="yuv420p",
    fps=25,
    stamps=None,
    clock=None,
    options=None,
    container=None,
    aspect=None,
    turn=None,
    full_range=None,
    cover=None,
    sound=0.0,
):
    """Write frames as a film.

    Parameters
    ----------
    stamps : sequence of int, optional
        Time stamp of each frame in ticks of ``1 / clock`` s.
    container : dict, optional
        Options of the file format.
    aspect : Fraction, optional
        Width of a pixel over its height.
    turn : dict, optional
        Arguments of ``set_display_rotation``.
    cover : ndarray, optional
        A cover picture, in a stream before the film.
    sound : float
        Seconds of silence in a stream of their own.
    """
    with av.open(f"file:{path}", "w", options=container or {}) as file:
        if cover is not None:
            still = add_cover(file, cover)
        stream = file.add_stream(codec, rate=Fraction(fps), options=options or {})
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = pix_fmt
        stream.codec_context.thread_count = 1
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if clock is not None:
            stream.codec_context.time_base = Fraction(1, clock)
        if full_range is not None:
            stream.codec_context.color_range = 2 if full_range else 1
        if turn is not None:
            stream.set_display_rotation(**turn)
        noise = file.add_stream("aac", rate=8000, layout="mono") if sound else None
        if cover is not None:
            put_cover(file, still, cover)
        for number, frame in enumerate(frames):
            file.mux(stream.encode(picture_of(frame, pix_fmt, full_range, number, stamps, clock)))
        file.mux(stream.encode(None))
        if noise:
            add_silence(file, noise, sound)
    return path


def add_silence(file, stream, seconds):
    for start in range(0, int(seconds * 8000), 1024):
        quiet = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        quiet.sample_rate, quiet.pts = 8000, start
        file.mux(stream.encode(quiet))
    file.mux(stream.encode(None))


def add_cover(file, picture):
    still = file.add_stream("mjpeg", rate=1)
    still.height, still.width = picture.shape[:2]
    still.pix_fmt = "yuvj420p"
    still.disposition = Disposition.attached_pic
    return still


def put_cover(file, still, picture):
    frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuvj420p")
    file.mux(still.encode(frame))
    file.mux(still.encode(None))


def write_sound(path, cover):
    """Write a song with a cover picture."""
    with av.open(f"file:{path}", "w") as file:
        noise = file.add_stream("aac", rate=8000, layout="mono")
        still = add_cover(file, cover)
        put_cover(file, still, cover)
        add_silence(file, noise, 1.0)
    return path


def picture_of(frame, pix_fmt, full_range, number, stamps, clock):
    layout = {2: "gray", 3: "rgb24", 4: "rgba"}[frame.ndim if frame.ndim == 2 else frame.shape[-1]]
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), layout)
    if layout != pix_fmt:
        limits = {} if full_range is None else {"dst_color_range": "JPEG" if full_range else "MPEG"}
        picture = picture.reformat(format=pix_fmt, **limits)
    if stamps is not None:
        picture.pts = int(stamps[number])
        picture.time_base = Fraction(1, clock) if clock else Fraction(1, 25)
    return picture


def woven(frames):
    """Return frames whose even rows are those of the next frame, as an old camera has them."""
    later = np.concatenate([frames[1:], frames[-1:]])
    fields = frames.copy()
    fields[:, ::2] = later[:, ::2]
    return fields
