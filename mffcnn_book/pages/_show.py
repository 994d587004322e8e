"""Pictures, clips and tables as a page shows them: with alt text, in the colours of the page."""

import base64
import html
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from mffcnn_book.pages._svg import as_svg, themed
from mffcnn_core.arrays import Frames, check_frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.video import write_video


def _data_uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def arrows(text: str) -> str:
    """Return a text as it is read: ``T->S`` with an arrow, which no line breaks apart."""
    return text.replace("->", "→")


def _check_alt(alt: str) -> str:
    if len(alt.split()) < 3:
        raise ParameterError(
            f"alt: expected a sentence that says what the picture shows, got {alt!r}. "
            "Write what a reader who cannot see it needs to know."
        )
    return " ".join(alt.split())


def _figure_html(body: str, caption: str) -> str:
    note = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="mffcnn-figure">{body}{note}</figure>'


_FILM_LOSS = 23.0  # a page carries its films in itself: see write_video


@dataclass(frozen=True)
class Picture:
    """A drawn figure; a notebook displays it.

    Attributes
    ----------
    svg : str
        Lines and text in the colours of the page, light or dark; photographs inside are WebP.
    alt, caption : str
    inches : float
        Width as it was drawn; on a phone no picture shrinks so far that its text is lost.
    """

    svg: str
    alt: str
    caption: str = ""
    inches: float = 0.0

    def _repr_html_(self) -> str:
        box = f'<div class="mffcnn-picture" style="--inches: {self.inches:g}">{self.svg}</div>'
        return _figure_html(box, self.caption)

    def __repr__(self) -> str:
        return f"[Picture: {self.alt}]"


def show(draw: Callable[[], Figure], *, alt: str, caption: str = "") -> Picture:
    """Draw a figure that follows the page's theme.

    Parameters
    ----------
    draw : callable
        Takes nothing, returns a new matplotlib figure.
    alt : str
        What the picture shows, for those who do not see it.
    caption : str
        Text below the picture.

    Raises
    ------
    ParameterError
        If the alt text is not a sentence.
    """
    alt = _check_alt(alt)
    with themed():
        figure = draw()
        svg = as_svg(figure, alt=alt)
        inches = figure.get_figwidth()
        plt.close(figure)
    return Picture(svg, alt=alt, caption=caption, inches=inches)


@dataclass(frozen=True)
class Film:
    """A short video with a poster; a notebook displays it.

    Attributes
    ----------
    video : bytes
        MP4.
    poster : bytes
        WebP image shown before the video plays.
    alt, caption : str
    width : int
        px
    """

    video: bytes
    poster: bytes
    alt: str
    caption: str
    width: int

    @property
    def source(self) -> str:
        """The video as the address of a ``video`` element."""
        return _data_uri(self.video, "video/mp4")

    def _repr_html_(self) -> str:
        video = (
            f'<video controls loop muted playsinline preload="none" width="{self.width}" '
            f'aria-label="{html.escape(self.alt)}" '
            f'poster="{_data_uri(self.poster, "image/webp")}" '
            f'src="{self.source}">{html.escape(self.alt)}</video>'
        )
        return _figure_html(video, self.caption)

    def __repr__(self) -> str:
        return f"[Film: {self.alt}]"


def show_video(
    frames: Frames, fps: float, *, alt: str, caption: str = "", poster: int | None = None
) -> Film:
    """Encode frames as a small video that a page carries in itself.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
    fps : float
        Frames per second, > 0.
    alt, caption : str
    poster : int, optional
        Frame shown before the video plays; the middle one by default.
    """
    frames = check_frames(frames)
    alt = _check_alt(alt)
    still = frames[len(frames) // 2 if poster is None else poster]
    done, encoded = cv2.imencode(
        ".webp", cv2.cvtColor(still, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, 85]
    )
    if not done:
        raise ParameterError(
            f"poster: expected an encodable frame, got shape {still.shape}. Check the frames."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        write_video(path, frames, fps=fps, crf=_FILM_LOSS)
        video = path.read_bytes()
    return Film(video, encoded.tobytes(), alt, caption, frames.shape[2])


@dataclass(frozen=True)
class Table:
    """A table with a caption; a notebook displays it."""

    body: str
    caption: str
    text: str

    def _repr_html_(self) -> str:
        return self.body

    def __repr__(self) -> str:
        return self.text


def show_table(frame: pd.DataFrame, *, caption: str, index: bool = False) -> Table:
    """Show a data frame as an accessible table: caption first, header cells, no inline style.

    Parameters
    ----------
    frame : DataFrame
        Values are printed as they are: format them before.
    caption : str
        What the table holds; screen readers announce it.
    """
    frame = frame.rename(columns=lambda name: arrows(str(name)))
    frame = frame.map(lambda value: arrows(value) if isinstance(value, str) else value)
    body = frame.to_html(index=index, border=0, classes="mffcnn-table")
    body = body.replace(' style="text-align: right;"', "")  # the style sheet aligns
    head, rest = body.split(">", 1)
    title = html.escape(arrows(caption))
    # A table wider than a phone scrolls inside its box, which the keyboard can reach.
    box = (
        f'<div class="mffcnn-table-box" tabindex="0" role="region" aria-label="{title}">'
        f"{head}><caption><span>{title}</span></caption>{rest}</div>"
    )
    return Table(box, caption, f"{caption}\n{frame.to_string(index=index)}")
