"""Hair: how a style grows on the scalp, and the soft cards that give it its outline.

On the scalp, hair is paint and a raised surface.  What hangs free (the outline around the
skull, hair behind the neck, locks beside the face) is painted on flat, half transparent
cards that move rigidly with the head.
"""

import dataclasses

import cv2
import numpy as np

from mffcnn_corpus._functions import Array, fibres, monotone, smooth_noise, smoothstep
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._canvas import PAINT_RESOLUTION, Canvas
from mffcnn_corpus.surface._grid import S_RANGE, T_RANGE, Grid

CARD_X = (-1.35, 1.35)
CARD_Y = (-1.75, 1.60)
HAIR_RISE = 0.10
"""Width over which hair rises to its full height, in chart units."""

LOCK_HEIGHTS = (-1.75, -1.2, -0.8, -0.4, 0.0, 0.35, 0.75, 1.0)
LOCK_BORDER = (0.62, 0.60, 0.56, 0.58, 0.62, 0.61, 0.54, 0.48)
"""Distance of the locks' inner border from the middle, at the heights above."""


@dataclasses.dataclass(frozen=True)
class HairStyle:
    """How hair grows.

    Attributes
    ----------
    volume : float
        Height of the hair above the scalp, in head units.
    front : tuple of (float, float)
        Border of the hair over the forehead: distance s from the middle, and height above
        the person's hairline.
    side : tuple of (float, float)
        The same at temples and ears, where heights t do not depend on the hairline.
    back : float or None
        Height at which the hair behind the head ends; None if there is none to see.
    locks : bool
        Whether hair hangs in front of the ears.
    ears : bool
        Whether the ears are seen.
    wave : float
        Waviness of hanging hair.
    sweep : float
        How far the strands lean to one side, or away from the parting of hanging hair.
    cover : float
        Opacity; below 1 the scalp shines through.
    softness : float
        Width of the hairline, in chart units.
    """

    volume: float
    front: tuple[tuple[float, float], ...]
    side: tuple[tuple[float, float], ...]
    back: float | None = 0.05
    locks: bool = False
    ears: bool = True
    wave: float = 0.0
    sweep: float = 0.5
    cover: float = 1.0
    softness: float = 0.27


_SIDEBURNS = ((0.86, 0.24), (0.96, -0.02), (1.04, -0.04), (1.09, 0.24), (1.20, 0.30), (1.60, 0.0))
_SHORT = ((0.0, 0.0), (0.34, -0.02), (0.58, -0.14), (0.76, -0.38)), _SIDEBURNS
_RECEDING = ((0.0, 1.6), (0.42, 1.2), (0.66, 0.1), (0.78, -0.30)), _SIDEBURNS
_FULL = ((0.0, -0.04), (0.34, -0.07), (0.58, -0.20), (0.74, -0.44)), _SIDEBURNS
_HANGING = ((0.0, 0.09), (0.22, 0.0), (0.48, -0.18), (0.68, -0.55)), ((0.79, 0.1), (0.86, -1.3))
_TIED = ((0.0, 0.0), (0.36, -0.03), (0.60, -0.15), (0.80, -0.40)), ((0.96, 0.28), (1.2, 0.30))
_PIXIE = ((0.0, -0.1), (0.34, -0.14), (0.58, -0.26), (0.74, -0.48)), ((0.86, 0.1), (0.98, -0.2))

HAIR_STYLES: dict[str, HairStyle] = {
    "short": HairStyle(0.075, *_SHORT),
    "crew": HairStyle(0.040, *_SHORT, sweep=0.1),
    "full": HairStyle(0.120, *_FULL, wave=0.4, sweep=0.8),
    "buzz": HairStyle(0.015, *_SHORT, back=None, sweep=0.0, cover=0.72, softness=0.28),
    "receding": HairStyle(0.030, *_RECEDING, back=None, sweep=0.1, cover=0.85, softness=0.40),
    "long": HairStyle(0.090, *_HANGING, back=-1.50, locks=True, ears=False, wave=0.3, sweep=0.7),
    "wavy": HairStyle(0.115, *_HANGING, back=-1.30, locks=True, ears=False, wave=1.2, sweep=0.6),
    "bob": HairStyle(0.100, *_HANGING, back=-0.88, locks=True, ears=False, wave=0.2, sweep=0.6),
    "tied": HairStyle(0.045, *_TIED, sweep=0.2),
    "pixie": HairStyle(0.095, *_PIXIE, sweep=0.9),
}


def hair_on_scalp(identity: Identity, s: Array, t: Array, softness: float) -> Array:
    """Return where hair grows on the chart, 0 to 1, across a border of some softness."""
    style = HAIR_STYLES[identity.hair_style]
    front = [(place, height + identity.hairline) for place, height in style.front]
    places, heights = zip(*front, *style.side, strict=True)
    border = monotone(places, heights, np.abs(s))
    border = border + identity.widows_peak * np.exp(-((s / 0.2) ** 2))
    border = border + 0.02 * identity.asymmetry[2] * np.sin(2 * s)
    grows = smoothstep((t - border) / softness + 0.5) * smoothstep((t + 1.17) / 0.02)
    return grows.astype(np.float32)


def hair_height(identity: Identity, grid: Grid, step: float) -> Array:
    """Return how far the hair lifts the surface; it rises gently, so that no wall shows."""
    covered = hair_on_scalp(identity, grid.s, grid.t, 0.20)
    sigma = HAIR_RISE / step
    rising = cv2.GaussianBlur(covered, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return HAIR_STYLES[identity.hair_style].volume * (rising**2).astype(np.float32)


def paint_hair(canvas: Canvas, identity: Identity) -> Array:
    """Paint the hair on the scalp, with its shadow on the skin, and return its opacity."""
    style, rng = HAIR_STYLES[identity.hair_style], canvas.rng
    size = canvas.s.shape
    lean = style.sweep * (T_RANGE[1] - canvas.t) * np.exp(-((canvas.s / 0.75) ** 2))
    lean = np.abs(canvas.s) - lean if style.locks else canvas.s + lean
    fine = fibres(rng, size, width=1.0, length=30)
    coarse = fibres(rng, size, width=5.0, length=60)
    columns = ((lean - S_RANGE[0]) * PAINT_RESOLUTION).astype(np.float32)
    rows = np.repeat(np.arange(size[0], dtype=np.float32)[:, None], size[1], axis=1)
    strands = cv2.remap(
        0.6 * fine + 0.8 * coarse, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    soft = hair_on_scalp(identity, canvas.s, canvas.t, style.softness)
    ragged = soft + 0.11 * np.clip(0.8 * fine + 0.6 * strands, -2, 2) * (4 * soft * (1 - soft))
    opacity = smoothstep((ragged - 0.20) / 0.60) * style.cover
    below = cv2.GaussianBlur(soft, (0, 0), 11) * (1 - opacity)
    canvas.shade(1 - 0.25 * np.clip(below, 0, 1))
    canvas.mix(_strand_color(identity, strands, canvas.noise(9, 3)), opacity)
    return opacity


def _strand_color(identity: Identity, strands: Array, locks: Array) -> Array:
    shade = np.clip(1 + 0.14 * strands + 0.10 * locks, 0.45, 1.7)
    return np.array(identity.hair, np.float32) * shade[..., None]


@dataclasses.dataclass(frozen=True)
class HairCard:
    """A flat picture of hair, upright in the head's frame at depth ``z``.

    Attributes
    ----------
    image : ndarray of float32, shape (h, w, 4)
        Unlit colour and opacity.
    corners : ndarray of float32, shape (4, 3)
        Its corners in the head's frame, clockwise from the upper left.
    front : bool
        Whether it lies before the face or behind the head.
    """

    image: Array
    corners: Array
    front: bool

    @property
    def z(self) -> float:
        """Depth of the card in the head's frame."""
        return float(self.corners[0, 2])


def _card(color: Array, opacity: Array, z: float, *, front: bool) -> HairCard:
    """Return a card cut to where it is not empty."""
    image = np.dstack([color, opacity]).astype(np.float32)
    rows, columns = (np.flatnonzero((opacity > 0.01).any(axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    x = np.linspace(*CARD_X, opacity.shape[1])[[box[1].start, box[1].stop - 1]]
    y = np.linspace(*CARD_Y[::-1], opacity.shape[0])[[box[0].start, box[0].stop - 1]]
    flat = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]
    return HairCard(
        np.ascontiguousarray(image[box]), np.array([(*p, z) for p in flat], np.float32), front
    )


def _crown(style: HairStyle) -> float:
    """Return the height of the hair's top."""
    return 1.30 + 0.90 * style.volume


def _outline(identity: Identity, style: HairStyle, y: Array) -> Array:
    """Return the half width of the hair's outline at height y."""
    wide = identity.face_width + 0.035 + 0.75 * style.volume
    top = _crown(style)
    dome = np.sqrt(np.clip(1 - (np.clip(y - 0.35, 0, None) / (top - 0.35)) ** 2, 0, None))
    knots = (-1.75, -1.30, -0.90, -0.45, 0.0, 0.35, 1.60)
    flare = 1 + 0.10 * style.wave if style.locks else 0.95
    swell = (1.02 * flare, 1.06 * flare, 1.06 * flare, 1.04 * flare, 1.0, 1.0, 1.0)
    return wide * dome * monotone(knots, swell, y)


def make_hair_cards(
    identity: Identity, rng: np.random.Generator, resolution: float
) -> tuple[HairCard, ...]:
    """Paint the free hair of a person at a resolution in px per head unit."""
    style = HAIR_STYLES[identity.hair_style]
    if style.back is None:
        return ()
    width = round((CARD_X[1] - CARD_X[0]) * resolution)
    height = round((CARD_Y[1] - CARD_Y[0]) * resolution)
    x, y = np.meshgrid(
        np.linspace(*CARD_X, width, dtype=np.float32),
        np.linspace(*CARD_Y[::-1], height, dtype=np.float32),
    )
    half = np.maximum(_outline(identity, style, y), 1e-3)
    bend = style.wave * 0.030 * np.sin(7.0 * y + 2.2 * np.sign(x) + 3 * x)
    across = (x + bend) / half
    strands = _card_strands(rng, across, resolution)
    clumps = smooth_noise(rng, across.shape, cells=9, octaves=3)
    ragged = 0.016 * strands + 0.012 * clumps
    edge = smoothstep(((1 - np.abs(across)) * half + ragged) / 0.06)
    edge = edge * smoothstep((_crown(style) - y + ragged) / 0.05)
    edge = edge * smoothstep(half / 0.20)  # no tuft where the outline closes
    reach = 0.22 if style.locks else 0.30
    ends = style.back + 0.10 * (1 - np.clip(np.abs(across), 0, 1)) * style.locks
    edge = edge * smoothstep((y - ends + 0.05 * strands) / reach)
    color = _strand_color(identity, strands, clumps)
    behind = 0.35 + 0.65 * np.maximum(smoothstep((np.abs(across) - 0.45) / 0.5), y > 0.2)
    back = _card(color * behind[..., None], edge, -0.15, front=False)
    if not style.locks:
        return (back,)
    inner = monotone(LOCK_HEIGHTS, LOCK_BORDER, y) * identity.face_width / 0.78
    inner = inner + 0.02 * identity.asymmetry[2] * np.sign(x)
    within = np.abs(x) + bend * np.sign(x) - inner + ragged
    opacity = smoothstep(within / 0.08) * smoothstep((0.80 - y + 2 * ragged) / 0.40) * edge
    shade = 0.62 + 0.42 * smoothstep(within / 0.16)
    shade = shade - 0.15 * smoothstep((np.abs(across) - 0.8) / 0.2)
    front = _card(color * shade[..., None], opacity, 0.28, front=True)
    return back, front


def _card_strands(rng: np.random.Generator, across: Array, resolution: float) -> Array:
    """Return strands that follow the outline: ``across`` is -1 to 1 between its borders."""
    height, width = across.shape
    wide = 3 * width
    noise = 0.6 * fibres(rng, (height, wide), width=1.0, length=0.25 * resolution)
    noise += 0.8 * fibres(rng, (height, wide), width=5.0, length=0.40 * resolution)
    columns = (np.clip(across, -1.3, 1.3) + 1.3) / 2.6 * (wide - 1)
    rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    return cv2.remap(noise, columns.astype(np.float32), rows, cv2.INTER_LINEAR)
