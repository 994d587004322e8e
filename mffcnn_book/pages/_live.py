"""A clip, its flow and the map that grows from it: as a film, and live in the reader's browser."""

import html
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_book.pages._explore import Explorable
from mffcnn_book.pages._show import Film, _check_alt
from mffcnn_book.plots import flow_to_rgb
from mffcnn_core.arrays import Flow, Frames, check_flow, check_frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling import SMOOTHINGS, Smoothing, rank_pool
from mffcnn_core.settings import check_choice

LIVE_SIDE = 96  # px; the side of the pictures that live.js computes on
LONGEST = 60  # flows; live.js keeps no more
GAP = 8  # px between two pictures
STEPS = ("none", "weighted", "mean")  # of the slider, from no smoothing to the most


def growing_map(
    frames: Frames,
    flow: Flow,
    *,
    smoothing: Smoothing = "weighted",
    side: int = 160,
) -> Frames:
    """Put a clip, its flow and its ordered map so far side by side, for each flow field.

    ``G_t = sum_{i <= t} c_i f_i`` by approximate rank pooling; colours as in
    :func:`mffcnn_book.plots.flow_to_rgb`, where the last map and the fastest flow are full.

    Paper: Sec. 3.4, Eqs. (3)-(8).  Book: ch. 4.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
    flow : ndarray of float32, shape (n - 1, H, W, 2), px/frame
    smoothing : {"weighted", "mean", "none"}
    side : int
        Height and width of each picture, px, even.

    Returns
    -------
    ndarray of uint8, shape (n - 1, side, 3 * side + 2 * 8, 3)

    Raises
    ------
    ParameterError
        If the flow is not that of the frames.
    """
    frames, flow = check_frames(frames, at_least=2), check_flow(flow)
    if flow.shape[:3] != (len(frames) - 1, *frames.shape[1:3]):
        raise ParameterError(
            f"flow: expected one field fewer than the {len(frames)} frames, of their size "
            f"{frames.shape[1:3]}, got shape {flow.shape}. Pass the flow of these frames."
        )
    maps = [
        rank_pool(flow[: t + 1], solver="approximate", smoothing=smoothing)
        for t in range(len(flow))
    ]
    coloured = flow_film(np.stack(maps), limit=full_speed(maps[-1]))
    return side_by_side(frames[1:], flow_film(flow), coloured, side=side)


def flow_film(flow: Flow, *, limit: float | None = None) -> Frames:
    """Return flow fields as coloured frames, see :func:`mffcnn_book.plots.flow_to_rgb`.

    Parameters
    ----------
    flow : ndarray of float32, shape (n, H, W, 2), px/frame
    limit : float, optional
        Speed of full colour, px/frame; by default the one that one pixel in a hundred exceeds.
        Give films that are compared the same one.
    """
    full = full_speed(flow) if limit is None else limit
    return np.stack([flow_to_rgb(field, limit=full) for field in flow])


def side_by_side(*films: Frames, side: int = 160) -> Frames:
    """Return square films next to each other, as long as the shortest of them.

    Parameters
    ----------
    *films : ndarray of uint8, shape (n, H, W, 3)
    side : int
        Height and width of each, px, even.

    Returns
    -------
    ndarray of uint8, shape (n, side, k * side + (k - 1) * 8, 3)
    """
    gap = np.full((side, GAP, 3), 255, np.uint8)
    rows = []
    for pictures in zip(*films, strict=False):  # films may differ in length
        first, *others = (_enlarged(picture, side) for picture in pictures)
        rows.append(np.concatenate([first, *(x for one in others for x in (gap, one))], axis=1))
    return np.stack(rows)


def full_speed(field: npt.NDArray[np.float32]) -> float:
    """Return the speed that one pixel in a hundred exceeds, above 0."""
    return max(float(np.percentile(np.hypot(field[..., 0], field[..., 1]), 99)), 1e-6)


def _enlarged(picture: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC)


def live_map(
    clips: Sequence[Film],
    recorded: Film,
    *,
    window: int = 28,
    smoothing: Smoothing = "weighted",
    caption: str = "",
) -> Explorable:
    """Show the flow and the ordered map of a reader's own camera or video, computed by live.js.

    Paper: Sec. 3.4, Eqs. (3)-(8), in closed form.  Book: ch. 4.

    Parameters
    ----------
    clips : sequence of Film
        What is played where there is no camera, at least one.
    recorded : Film
        Shown in place of everything else where scripts do not run; see :func:`growing_map`.
    window : int
        Flows in the map at first, 2 to 60.
    smoothing : {"weighted", "mean", "none"}
        At first.
    caption : str

    Raises
    ------
    ParameterError
        If there is no clip, or the window or the smoothing is not on offer.
    """
    if not clips:
        raise ParameterError("clips: expected at least one, got none. Give a clip of the corpus.")
    if not 2 <= window <= LONGEST:
        raise ParameterError(
            f"window: expected 2 to {LONGEST} flows, got {window}. live.js keeps no more."
        )
    check_choice("smoothing", smoothing, SMOOTHINGS)
    alt = _check_alt(recorded.alt)
    body = (
        f'<div data-live><div class="live-recorded">{recorded._repr_html_()}</div>'
        f'<div class="live-panel" hidden>{_controls(clips, window, smoothing)}{_screens()}'
        '<p class="live-said" role="status">Press Start.</p>'
        '<p class="live-count"></p>'
        f"{_comparison()}{_clips(clips)}"
        "<p>All pictures stay in this browser: nothing is sent or stored.</p>"
        '<video class="live-video" aria-label="Where the pictures come from: your camera or film" '
        "hidden muted playsinline></video></div></div>"
    )
    return Explorable(body, alt, caption)


def _controls(clips: Sequence[Film], window: int, smoothing: str) -> str:
    sources = [(str(i), f"recorded clip {i + 1}") for i in range(len(clips))]
    sources += [("camera", "my camera"), ("file", "a video file of mine")]
    options = "".join(f'<option value="{value}">{name}</option>' for value, name in sources)
    return (
        '<div class="explore-controls">'
        f'<label>Pictures from <select class="live-source">{options}</select></label>'
        '<label hidden>File <input type="file" accept="video/*" class="live-file"></label>'
        '<button type="button" class="live-go">Start</button>'
        '<span class="live-pair"><label>Window w <input type="range" class="live-window" min="2" '
        f'max="{LONGEST}" value="{window}"></label>'
        '<span class="live-length" aria-hidden="true"></span></span>'
        '<span class="live-pair"><label>Smoothing '
        '<input type="range" class="live-smoothing" min="0" '
        f'max="{len(STEPS) - 1}" step="1" value="{STEPS.index(smoothing)}" '
        f'data-kinds="{" ".join(STEPS)}"></label>'
        '<span class="live-kind" aria-hidden="true"></span></span>'
        '<button type="button" class="live-back" disabled>Play backwards</button></div>'
    )


def _canvas(name: str, text: str, label: str) -> str:
    return (
        f'<figure><canvas class="live-{name}" width="{LIVE_SIDE}" height="{LIVE_SIDE}" role="img" '
        f'aria-label="{html.escape(label)}"></canvas><figcaption>{text}</figcaption></figure>'
    )


def _screens() -> str:
    return (
        '<div class="live-screens">'
        + _canvas("picture", "picture", "The newest picture, cut to a square.")
        + _canvas("flow", "flow", "Its optical flow: the colour is the direction, white is rest.")
        + _canvas("ordered", "map, in colours", "The ordered flow map G in the same colours.")
        + _canvas("seen", "map, as the network sees it",
                  "The map as a picture of three channels: G along x, G along y, its length.")
        + "</div>"
    )  # fmt: skip


def _comparison() -> str:
    return (
        '<div class="live-screens live-compare" hidden>'
        + _canvas("forwards", "map, forwards", "The map of the pictures as they came.")
        + _canvas("backwards", "map, backwards", "The map of the same pictures in reverse.")
        + "</div>"
    )


def _clips(clips: Sequence[Film]) -> str:
    films = "".join(
        f'<video src="{film.source}" preload="none" muted '
        f'aria-label="{html.escape(film.alt)}"></video>'
        for film in clips
    )
    return f'<div class="live-clips" hidden>{films}</div>'
