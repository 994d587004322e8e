"""A person's head, ready to be drawn: geometry, motion fields and textures, made once."""

import cv2
import numpy as np

from mffcnn_core.seeding import generator
from mffcnn_corpus._functions import Array, bump
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import pixels_per_unit
from mffcnn_corpus.camera._eyes_mouth import EYE_RADIUS
from mffcnn_corpus.camera._pose import rigid_motion
from mffcnn_corpus.camera._raster import grid_triangles
from mffcnn_corpus.person._action_units import UNIT_INDEX
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._canvas import PAINT_RESOLUTION, Canvas
from mffcnn_corpus.surface._curves import LONGITUDE
from mffcnn_corpus.surface._displacement import JAW_DROP, displacement_fields
from mffcnn_corpus.surface._features import (
    EYES,
    MOUTH,
    opening_masks,
    paint_brows,
    paint_lids,
    paint_lips,
    paint_nostrils,
)
from mffcnn_corpus.surface._grid import make_grid
from mffcnn_corpus.surface._hair import HAIR_STYLES, hair_height, make_hair_cards, paint_hair
from mffcnn_corpus.surface._skin import paint_beard, paint_skin
from mffcnn_corpus.surface._surface import make_surface
from mffcnn_corpus.surface._wrinkles import wrinkle_maps

CELL_PIXELS = 2.6
"""Width of a grid cell in the picture; eyes and mouth have half of it."""

TEXELS_PER_PIXEL = 1.6
PREFILTER = 0.40
"""Blur of the textures in px of the picture: finer detail would shimmer when it moves."""


class Head:
    """One person's head at one image size.

    Parameters
    ----------
    identity : Identity
    image_height : int
        Height in px of the images to draw; sets mesh and texture resolution.

    Attributes
    ----------
    grid, surface : Grid, Surface
        The mesh at rest.
    fields : ndarray, shape (18, 3, face_rows, columns)
        Displacement of every action unit and, last, of the resting lips.
    strengths : ndarray, shape (17,)
        How far each unit moves this face.
    triangles : ndarray of int32, shape (3, n)
    eye_centers : ndarray, shape (2, 3)
        Centres of the eyeballs in the head's frame, image left first.
    teeth_front : float
        Depth of the front teeth in the head's frame.
    resolution : float
        Texture px per head unit.
    color, openings, gloss, wrinkles : ndarray
        Textures: albedo and hair (4 channels), eye and mouth masks (4), gloss (1), and
        one map per entry of ``DRIVERS``.
    hair_cards : tuple of HairCard
    """

    def __init__(self, identity: Identity, *, image_height: int) -> None:
        self.identity = identity
        style = HAIR_STYLES[identity.hair_style]
        scale = pixels_per_unit(image_height)
        step = float(np.clip(CELL_PIXELS / scale, 0.022, 0.040))
        self.grid = make_grid(step)
        s, t = self.grid.s, self.grid.t
        self.surface = make_surface(identity, self.grid, hair_height(identity, self.grid, step))
        self.fields = displacement_fields(identity, s, t)
        self.strengths = np.array(identity.strengths, np.float32)
        drawn = self.grid.drawn.copy()
        if not style.ears:
            for name in ("ear_left", "ear_right"):
                rows, columns = self.grid.patch(name)
                drawn[rows, columns] = False
        self.triangles = grid_triangles(drawn)
        self.eye_centers = np.stack([self._eye_center(side) for side in (-1, 1)])
        eye, mouth = identity.eye_level, identity.mouth_level
        self._gap_vertices = {
            EYES: self._find_gap(identity.eye_distance, eye + 0.060, eye - 0.035),
            MOUTH: self._find_gap(0.0, mouth + 0.035, mouth - 0.035),
        }
        self.teeth_front = self._teeth_front()

        self.resolution = min(TEXELS_PER_PIXEL * scale, PAINT_RESOLUTION)
        self._paint()
        rng = generator(identity.seed, "hair", identity.subject)
        self.hair_cards = make_hair_cards(identity, rng, self.resolution)

    def _paint(self) -> None:
        identity = self.identity
        canvas = Canvas.blank(identity.skin, generator(identity.seed, "skin", identity.subject))
        paint_skin(canvas, identity)
        paint_beard(canvas, identity)
        lips = paint_lips(canvas, identity)
        paint_nostrils(canvas, identity)
        wrinkles = wrinkle_maps(canvas, identity)
        paint_lids(canvas, identity)
        masks = opening_masks(canvas, identity)
        hair = paint_hair(canvas, identity)
        paint_brows(canvas, identity)
        oily = bump(canvas.s, canvas.t, (0, -0.20), (0.10, 0.20))
        oily = oily + bump(canvas.s, canvas.t, (0, 0.50), (0.30, 0.20))
        gloss = (1 - hair) * (0.10 + 0.09 * oily) + 0.15 * lips
        self.color = self._shrink(np.dstack([np.clip(canvas.albedo, 0.01, 1), hair]))
        self.openings = self._shrink(masks)
        self.gloss = self._shrink(gloss)
        self.wrinkles = np.stack([self._shrink(wrinkle) for wrinkle in wrinkles])

    def _shrink(self, image: Array) -> Array:
        """Return a texture at the head's resolution, without detail that would shimmer."""
        ratio = self.resolution / PAINT_RESOLUTION
        soft = cv2.GaussianBlur(
            image.astype(np.float32), (0, 0), PREFILTER * TEXELS_PER_PIXEL / ratio
        )
        size = round(image.shape[1] * ratio), round(image.shape[0] * ratio)
        return cv2.resize(soft, size, interpolation=cv2.INTER_AREA)

    def _skin_point(self, s: float, t: float) -> Array:
        """Return the resting place of the vertex nearest to a chart point."""
        nearest = np.argmin(np.hypot(self.grid.s - s, self.grid.t - t))
        points = self.surface.points(self.fields[-1])[: self.grid.face_rows]
        return points.reshape(-1, 3)[nearest]

    def _eye_center(self, side: int) -> Array:
        s, t = side * self.identity.eye_distance, self.identity.eye_level + 0.017
        skin = self._skin_point(s, t)
        half_width = skin[0] / np.sin(LONGITUDE * s)
        skin[:2] = half_width * np.sin(LONGITUDE * s), t
        return skin - np.array([0, 0, EYE_RADIUS + 0.01], np.float32)

    def _find_gap(self, s: float, upper: float, lower: float) -> tuple[int, int, int]:
        """Return the column, upper and lower row of the grid nearest to an opening's middle."""
        column = int(np.abs(self.grid.s[0] - s).argmin())
        rows = (int(np.abs(self.grid.t[:, column] - t).argmin()) for t in (upper, lower))
        return column, *rows

    def _teeth_front(self) -> float:
        return float(self._skin_point(0.0, self.identity.mouth_level)[2]) - 0.07

    def units(self, state: FaceState) -> Array:
        """Return the state's action units times the person's strengths, shape (17,)."""
        return state.action_units * self.strengths

    def jaw(self, state: FaceState) -> float:
        """Return how far the lower teeth hang below their resting place, in head units."""
        return JAW_DROP * float(self.units(state)[UNIT_INDEX[26]])

    def gap(self, state: FaceState, part: int) -> float:
        """Return how far lids (EYES) or lips (MOUTH) are apart in the middle, in head units.

        Below 0 when closed.
        """
        column, upper, lower = self._gap_vertices[part]
        height = self.grid.t[:, column] + self.shift(state)[1, :, column]
        return float(height[upper] - height[lower])

    def shift(self, state: FaceState) -> Array:
        """Return the shift (ds, dt, dh) of every vertex of the face in a state."""
        weights = np.append(self.units(state), np.float32(1))
        return np.tensordot(weights, self.fields, 1)

    def points(self, state: FaceState) -> Array:
        """Return the vertices in the room, shape (rows, columns, 3)."""
        own = self.surface.points(self.shift(state))
        moved = rigid_motion(state.pose).apply(own)
        return own + self.surface.attachment * (moved - own)
