"""Figures that a reader moves: HTML with everything in it, brought to life by explore.js.

Without the script (in Jupyter, on paper, with JavaScript off) each stands still and shows
its first state; controls appear only when there is somebody to answer them.
"""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pandas as pd

from mffcnn_book.pages._show import _check_alt, _data_uri, _figure_html, arrows
from mffcnn_core.arrays import Frames, check_frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS, label_of

SIDE = 96  # px of one small picture, less in a long row
SMALLEST = 8
WIDEST = 16383  # px of a WebP image
FILM = 10  # small pictures that stand for a clip
STAGES = (2, 3, 4, 5)
WAYS = ("T->S", "S->T", "both")


@dataclass(frozen=True)
class Explorable:
    """A figure with controls; a notebook displays it."""

    body: str
    alt: str
    caption: str

    def _repr_html_(self) -> str:
        return _figure_html(self.body, self.caption)

    def __repr__(self) -> str:
        return f"[Explorable: {self.alt}]"


def _strip(pictures: npt.NDArray[np.uint8], side: int = SIDE) -> str:
    """Return small pictures side by side as one WebP image in a data URI."""
    side = min(side, WIDEST // len(pictures))
    if side < SMALLEST:
        raise ParameterError(
            f"pictures: expected at most {WIDEST // SMALLEST} in a row, which is what WebP can "
            f"hold, got {len(pictures)}. Show a part of the clip."
        )
    small = [cv2.resize(one, (side, side), interpolation=cv2.INTER_AREA) for one in pictures]
    row = cv2.cvtColor(np.concatenate(small, axis=1), cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".webp", row, [cv2.IMWRITE_WEBP_QUALITY, 80])
    return _data_uri(encoded.tobytes(), "image/webp")


def explore_windows(
    frames: Frames,
    maps: Mapping[int, npt.NDArray[np.uint8]],
    *,
    step: int,
    alt: str,
    caption: str = "",
) -> Explorable:
    """Show a window that can be dragged over a clip, and what is made of the flows in it.

    Paper: Sec. 3.4.  Book: ch. 4.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
    maps : mapping of int to ndarray of uint8, shape (k, H, W, 3)
        Length of the window in flows -> a picture for each place of it.
    step : int
        Flows between one place and the next.
    alt, caption : str

    Raises
    ------
    ParameterError
        If there is no map, there are other numbers of maps than places of the window, or
        there are more frames than fit a row.
    """
    frames, alt, flows = check_frames(frames, at_least=2), _check_alt(alt), len(frames) - 1
    expected = {length: (flows - length) // step + 1 for length in maps}
    found = {length: len(pictures) for length, pictures in maps.items()}
    if not maps or expected != found:
        raise ParameterError(
            f"maps: expected a picture for every {step} flows that a window can begin at, "
            f"{expected}, got {found}. Make one map for each range(0, flows - length + 1, step)."
        )
    film = frames[np.linspace(0, flows, FILM).round().astype(int)]
    strips = "".join(
        f'<img class="explore-tile" data-length="{length}" data-places="{len(pictures)}" '
        f'src="{_strip(pictures)}" alt="Ordered flow map of {length} flows."'
        f"{'' if length == max(maps) else ' hidden'}>"
        for length, pictures in maps.items()
    )
    options = "".join(
        f"<option{' selected' if length == max(maps) else ''}>{length}</option>" for length in maps
    )
    return Explorable(
        f'<div data-explore="windows" data-flows="{flows}" data-step="{step}">'
        f'<div class="explore-film"><img src="{_strip(film, SIDE // 2)}" alt="{html.escape(alt)}">'
        '<span class="explore-window" aria-hidden="true"></span></div>'
        '<div class="explore-controls" hidden>'
        '<label>First flow <input type="range" class="explore-start" min="0" value="0"></label>'
        f'<label>Flows <select class="explore-length">{options}</select></label>'
        "<output></output></div>"
        '<div class="explore-pair">'
        f'<img class="explore-tile explore-face" data-places="{len(frames)}" '
        f'src="{_strip(frames)}" alt="Face at the centre of the window.">{strips}</div></div>',
        alt,
        caption,
    )


def explore_fusion(rows: pd.DataFrame, *, data: str, alt: str, caption: str = "") -> Explorable:
    """Show a two-stream network whose products can be chosen, and the row of the choice.

    Paper: Sec. 3.5, Fig. 3; Tables 1, 2.  Book: ch. 12.

    Parameters
    ----------
    rows : DataFrame
        As :func:`mffcnn_book.experiments.grid_table` returns them, with ``direction`` and
        ``stages``; a row without stages is the network without a product.
    data : str
        Name of the data set that ``accuracy`` was measured on.
    alt, caption : str
    """
    alt = _check_alt(alt)
    body = "".join(_fusion_row(row) for row in rows.to_dict("records"))
    ways = "".join(
        f'<label><input type="radio" name="explore-way" value="{html.escape(way)}"'
        f"{' checked' if way == 'T->S' else ''}> {arrows(way)}</label>"
        for way in WAYS
    )
    stages = "".join(
        f'<label><input type="checkbox" value="{stage}"{" checked" if stage > 3 else ""}> '
        f"C_{stage}_1</label>"
        for stage in STAGES
    )
    return Explorable(
        '<div data-explore="fusion"><div class="explore-controls" hidden>'
        f"<fieldset><legend>Direction</legend>{ways}</fieldset>"
        f"<fieldset><legend>Places</legend>{stages}</fieldset></div>"
        f"{_network(alt)}"
        f'<div class="mffcnn-table-box" tabindex="0" role="region" aria-label="Row of the choice">'
        f'<table class="dataframe mffcnn-table"><thead><tr><th scope="col">row</th>'
        f'<th scope="col">accuracy, {html.escape(data)}</th><th scope="col">measured</th>'
        '<th scope="col">paper, RML</th><th scope="col">paper, BAUM-1s</th></tr></thead>'
        f'<tbody aria-live="polite">{body}<tr data-none hidden><td colspan="5">No grid declares '
        "this combination.</td></tr></tbody></table></div></div>",
        alt,
        caption,
    )


def _fusion_row(row: Mapping[str, object]) -> str:
    def share(name: str) -> str:
        value = row.get(name)
        return "" if value is None or pd.isna(value) else f"{value:.1%}"

    accuracy = share("accuracy")
    if accuracy:
        accuracy += f" ({share('low')} to {share('high')})"
    stages = row["stages"] if isinstance(row["stages"], tuple) else ()
    key = f"{row['direction']}:{','.join(map(str, stages))}" if stages else "none"
    cells = (arrows(row["label"]), accuracy or "—", row["origin"], share("RML"), share("BAUM-1s"))
    # the headline's row is what stands here without the script
    hidden = "" if key == "T->S:4,5" else " hidden"
    return (
        f'<tr data-key="{html.escape(key)}"{hidden}>'
        + "".join(f"<td>{html.escape(str(cell)) or '—'}</td>" for cell in cells)
        + "</tr>"
    )


def _network(alt: str) -> str:
    """Draw both streams and every possible product; those of the headline are visible."""
    columns = {"spatial": 40, "temporal": 260}
    parts = []
    for name, x in columns.items():
        parts.append(f'<text x="{x + 60}" y="16" class="explore-head">{name}</text>')
        parts.append(f'<path d="M{x + 60} 22V{60 + 62 * len(STAGES)}" class="explore-wire"/>')
        for k, stage in enumerate(STAGES):
            y = 32 + 62 * k
            parts.append(
                f'<rect x="{x}" y="{y}" width="120" height="22" rx="5"/>'
                f'<text x="{x + 60}" y="{y + 15}">C_{stage}_1</text>'
            )
    for k, stage in enumerate(STAGES):
        y = 32 + 62 * k
        for way, start, bend, low, node in (
            ("T->S", 260, -20, y + 34, 100),
            ("S->T", 160, 20, y + 50, 320),
        ):
            shown = "" if way == "T->S" and stage > 3 else ' style="display:none"'
            wire = f"M{start} {y + 11}h{bend}V{low}H{node - 8 * (bend // 20)}"
            parts.append(
                f'<g data-way="{html.escape(way)}" data-stage="{stage}"{shown}>'
                f'<path d="{wire}" class="explore-product"/>'
                f'<circle cx="{node}" cy="{low}" r="8"/>'
                f'<text x="{node}" y="{low + 5}" class="explore-times">×</text></g>'
            )
    return (
        f'<svg class="explore-network" viewBox="0 0 420 {60 + 62 * len(STAGES) + 4}" role="img" '
        f'aria-label="{html.escape(alt)}">{"".join(parts)}</svg>'
    )


def explore_threshold(
    truth: Sequence[str],
    predicted: Sequence[str],
    leads: npt.ArrayLike,
    *,
    alt: str,
    caption: str = "",
) -> Explorable:
    """Show a confusion matrix of the clips whose best score leads by a threshold that moves.

    Book: ch. 13.

    Parameters
    ----------
    truth, predicted : sequence of str, length n
        Expressions.
    leads : array_like, shape (n,)
        Best score minus second best, >= 0.
    alt, caption : str

    Raises
    ------
    ParameterError
        If lengths differ, there is no clip, or a lead is negative or not finite.
    """
    alt, leads = _check_alt(alt), np.asarray(leads, dtype=float)
    fits = len(truth) == len(predicted) == len(leads) > 0
    if not fits or not np.isfinite(leads).all() or leads.min() < 0:
        raise ParameterError(
            f"leads: expected one finite value >= 0 for each clip, got {len(truth)} true and "
            f"{len(predicted)} predicted expressions and {leads.shape} leads."
        )
    clips = [
        [label_of(t), label_of(p), round(float(lead), 4)]
        for t, p, lead in zip(truth, predicted, leads, strict=True)
    ]
    counts = np.zeros((len(EXPRESSIONS), len(EXPRESSIONS)), dtype=int)
    for t, p, _ in clips:
        counts[t, p] += 1
    head = "".join(f'<th scope="col">{name}</th>' for name in EXPRESSIONS)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{n}</td>" for n in row)}</tr>'
        for name, row in zip(EXPRESSIONS, counts, strict=True)
    )
    right = int(np.trace(counts))
    return Explorable(
        f"<div data-explore=\"threshold\" data-clips='{json.dumps(clips)}'>"
        '<div class="explore-controls" hidden><label>Threshold <input type="range" min="0" '
        f'max="{leads.max():.4f}" step="any" value="0"></label></div>'
        f'<p class="explore-said" aria-live="polite">Threshold 0: {len(clips)} of {len(clips)} '
        f"clips answered, {right / len(clips):.1%} of them right.</p>"
        f'<div class="mffcnn-table-box" tabindex="0" role="region" aria-label="{html.escape(alt)}">'
        f'<table class="dataframe mffcnn-table explore-matrix"><thead><tr><th scope="col">true \\ '
        f"said</th>{head}</tr></thead><tbody>{body}</tbody></table></div></div>",
        alt,
        caption,
    )
