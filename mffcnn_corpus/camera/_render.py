"""From a person in a state to a frame: the painter's order of the whole picture."""

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array, per_color, smoothstep
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._eyes_mouth import Rays, eye_color, mouth_color, on_eyeballs, on_teeth
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._scene import Scene
from mffcnn_corpus.camera._shading import Light, unit, vertex_normals
from mffcnn_corpus.camera._view import View, project_card, view_head
from mffcnn_corpus.camera._wild import Glasses
from mffcnn_corpus.surface._features import EYES, MOUTH
from mffcnn_corpus.surface._hair import HairCard
from mffcnn_corpus.surface._wrinkles import wrinkle_depths

LIDS_APART = 0.03  # head units between the lids at which light reaches the eyeball
HAIR_WRAP = np.array([0.15, 0.15, 0.15], np.float32)
EDGE_BLUR = 0.6  # px
_FRONT = np.array([0, 0, 1], np.float32)
VISIBLE = 0.01  # share of an opening in a pixel from which it is worth painting


def render_frame(
    head: Head,
    scene: Scene,
    camera: Camera,
    state: FaceState,
    *,
    noise: np.random.Generator | None,
) -> npt.NDArray[np.uint8]:
    """Draw one frame.

    Parameters
    ----------
    head : Head
    scene : Scene
        Of the camera's image size.
    camera : Camera
    state : FaceState
    noise : numpy.random.Generator or None
        Source of the sensor noise of this frame; None draws a clean frame.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        RGB.
    """
    view = view_head(head, camera, state)
    image = scene.background.copy()
    for card in head.hair_cards:
        if not card.front:
            _lay_card(image, view, card, scene.light)
    torso = scene.torso[scene.torso_top :]
    _lay(image[scene.torso_top :], torso[..., :3], torso[..., 3])
    _lay_head(image, view, scene)
    if scene.glasses is not None:
        _lay_glasses(image, view, scene.glasses, scene.light)
    for card in head.hair_cards:
        if card.front:
            _lay_card(image, view, card, scene.light)
    if scene.blur > 0:
        image = cv2.GaussianBlur(image, (0, 0), scene.blur)
    if noise is not None:
        image += scene.noise * sensor_noise(noise, image.shape[:2])
    return cv2.convertScaleAbs(np.maximum(image, 0), alpha=255)


def sensor_noise(rng: np.random.Generator, size: tuple[int, int]) -> Array:
    """Return noise of about unit deviation: fine in brightness, coarser in colour."""
    height, width = size
    fine = cv2.GaussianBlur(rng.standard_normal(size, np.float32), (0, 0), 0.6)
    coarse = rng.standard_normal((height // 2, width // 2, 3), np.float32)
    coarse = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return per_color(1.5 * fine) + 0.6 * coarse


def _lay(image: Array, color: Array, opacity: Array) -> None:
    """Lay a colour over a part of the image, in place."""
    image += per_color(opacity) * (color - image)


def _lay_card(image: Array, view: View, card: HairCard, light: Light) -> None:
    seen = project_card(view, card)
    if seen is None:
        return
    picture, window = seen
    across = np.linspace(-0.85, 0.85, picture.shape[1], dtype=np.float32)
    normals = np.stack([across, np.full_like(across, 0.15), np.sqrt(1 - across**2)], 1)
    lit = light.expose(picture[..., :3] * light.irradiance(normals, HAIR_WRAP))
    _lay(image[window], lit, picture[..., 3])


def _lay_glasses(image: Array, view: View, glasses: Glasses, light: Light) -> None:
    camera = view.camera
    ink = tuple(float(v) for v in light.expose(np.array(glasses.color) * light.irradiance(_FRONT)))
    thick = max(1, round(glasses.thickness * camera.focal / camera.distance))
    for points in glasses.outlines(view.head.eye_centers):
        x, y = camera.project(view.motion.apply(points))
        line = np.rint(16 * np.stack([x, y], 1)).astype(np.int32)
        cv2.polylines(image, [line], False, ink, thick, cv2.LINE_AA, shift=4)


def _lay_head(image: Array, view: View, scene: Scene) -> None:
    window, covered = view.raster.window, view.raster.covered
    color = scene.light.expose(_head_color(view, scene.light))
    torso, neck = scene.torso[window], view.neck()
    opacity = np.where(neck, torso[..., 3], 0)
    _lay(color, torso[..., :3], opacity)
    _lay(image[window], *_soften_edge(color, covered))


def _soften_edge(color: Array, covered: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the colour carried on beyond the outline, and a soft opacity."""
    mask = covered.astype(np.float32)
    opacity = cv2.GaussianBlur(mask, (0, 0), EDGE_BLUR)
    carried = cv2.GaussianBlur(color * per_color(mask), (0, 0), EDGE_BLUR)
    carried /= per_color(np.maximum(opacity, 1e-3))
    np.copyto(carried, color, where=covered[..., None])
    return carried, opacity


def _head_color(view: View, light: Light) -> Array:
    """Return the lit colour of every pixel of the view's window."""
    head = view.head
    normals = unit(view.at_pixels(vertex_normals(view.points)))
    x, y = view.texture_maps()
    painted = cv2.remap(head.color, x, y, cv2.INTER_LINEAR)
    albedo, hair = painted[..., :3], painted[..., 3]
    depths = wrinkle_depths(head.units(view.state), head.identity.age)
    if depths.any():
        folds = np.tensordot(depths, head.wrinkles, 1)
        albedo = albedo * per_color(np.exp(cv2.remap(folds, x, y, cv2.INTER_LINEAR)))
    below = 1 - 0.30 * np.clip(-normals[..., 1] - 0.25, 0, 1)
    incoming = light.irradiance(normals) * per_color(below)
    shine = light.shine(normals, 16) * cv2.remap(head.gloss, x, y, cv2.INTER_LINEAR)
    strands = per_color(hair * light.strand_shine(normals))
    shine = per_color(shine) + strands * (0.08 + 0.32 * albedo)
    color = albedo * incoming + shine
    _fill_openings(color, incoming, view, light, x, y)
    return color


def _fill_openings(
    color: Array, incoming: Array, view: View, light: Light, x: Array, y: Array
) -> None:
    """Paint eyes and mouth into the lit skin, in place."""
    openings = cv2.remap(view.head.openings, x, y, cv2.INTER_LINEAR)
    for part, seen_color in ((EYES, _eyes), (MOUTH, _mouth)):
        rows, columns = np.nonzero((openings[..., part] > VISIBLE) & view.raster.covered)
        if not len(rows):
            continue
        share, let_in = openings[rows, columns, part], openings[rows, columns, part + 1]
        lit = np.clip(incoming[rows, columns], 0.2, 1.1) * let_in[:, None]
        lit = lit * seen_color(view, view.rays(rows, columns), light)
        color[rows, columns] += share[:, None] * (lit - color[rows, columns])


def _eyes(view: View, rays: Rays, light: Light) -> Array:
    head, state = view.head, view.state
    points, side = on_eyeballs(rays, head.eye_centers)
    color = np.empty_like(points)
    for k, center in enumerate(head.eye_centers):
        here = side == k
        color[here] = eye_color(head.identity, points[here], center, state.gaze, light.direction[0])
    return color * smoothstep(head.gap(state, EYES) / LIDS_APART)


def _mouth(view: View, rays: Rays, _light: Light) -> Array:
    points = on_teeth(rays, view.head.teeth_front)
    head, state = view.head, view.state
    return mouth_color(head.identity, points, head.jaw(state), head.gap(state, MOUTH))[0]
