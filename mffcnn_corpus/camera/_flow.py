"""The true motion between two states: where every visible point of the head goes."""

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._eyes_mouth import (
    Rays,
    gaze_rotation,
    head_rays,
    mouth_color,
    on_eyeballs,
    on_plane,
    on_teeth,
)
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._view import View, locks_mask, project_card, view_head
from mffcnn_corpus.surface._features import EYES, MOUTH

DEPTH_TOLERANCE = 0.03
"""Head units by which a point may lie behind the surface and still be the surface."""


def flow_between(
    head: Head, camera: Camera, state: FaceState, state_next: FaceState
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return the motion of every pixel from one state to the next.

    Skin, ears and neck move as their vertices do; eyeballs turn with the gaze, the lower
    teeth and the tongue follow the jaw, locks of hair move rigidly with the head.

    Parameters
    ----------
    head : Head
    camera : Camera
    state, state_next : FaceState
        Of the frame and of the next frame.

    Returns
    -------
    flow : ndarray of float32, shape (H, W, 2)
        px/frame, x to the right and y down; 0 on background, clothes and hair behind the
        head.
    visible : ndarray of bool, shape (H, W)
        Face, ears, scalp hair and locks before the face, where the same point is also seen
        in the next frame: inside the image and not covered by another part of the head, a
        lid or a lip.
    """
    view, after = view_head(head, camera, state), view_head(head, camera, state_next)
    size = camera.height, camera.width
    flow, visible = np.zeros((*size, 2), np.float32), np.zeros(size, bool)
    window, covered = view.raster.window, view.raster.covered

    motion = view.at_pixels(after.image_xy - view.image_xy)
    depth = view.at_pixels(np.ascontiguousarray(after.points[..., 2]))
    part = _openings(view)
    for opening, move in ((EYES, _move_eyes), (MOUTH, _move_mouth)):
        rows, columns = np.nonzero(part == opening)
        if len(rows):
            motion[rows, columns] = move(view, after, rows, columns)
    flow[window][covered] = motion[covered]

    rows, columns = np.mgrid[window].astype(np.float32)
    target = np.stack([columns, rows], -1) + motion
    seen = covered & ~view.neck() & _inside(target, size)
    visible[window] = seen & _uncovered(after, target, depth, part)
    _add_locks(flow, visible, view, after)
    return flow, visible


def _openings(view: View) -> npt.NDArray[np.int8]:
    """Return EYES, MOUTH or -1 (skin) for every pixel of the view's window."""
    x, y = view.texture_maps()
    share = cv2.remap(view.head.openings, x, y, cv2.INTER_LINEAR)
    part = np.full(share.shape[:2], -1, np.int8)
    for opening in (EYES, MOUTH):
        part[(share[..., opening] > 0.5) & view.raster.covered] = opening
    return part


def _inside(target: Array, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    height, width = size
    x, y = target[..., 0], target[..., 1]
    return (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)


def _image_motion(view: View, after: View, points: Array, moved: Array) -> Array:
    """Return the motion of the image of points that the head's frame sees move."""
    start = np.stack(view.camera.project(view.motion.apply(points)), -1)
    end = np.stack(view.camera.project(after.motion.apply(moved)), -1)
    return end - start


def _move_eyes(view: View, after: View, rows: npt.NDArray, columns: npt.NDArray) -> Array:
    points, which = on_eyeballs(view.rays(rows, columns), view.head.eye_centers)
    centers = view.head.eye_centers[which]
    turn = gaze_rotation(after.state.gaze) @ gaze_rotation(view.state.gaze).T
    return _image_motion(view, after, points, centers + (points - centers) @ turn.T)


def _move_mouth(view: View, after: View, rows: npt.NDArray, columns: npt.NDArray) -> Array:
    head = view.head
    points = on_teeth(view.rays(rows, columns), head.teeth_front)
    jaw = head.jaw(view.state)
    _, with_jaw = mouth_color(head.identity, points, jaw)
    moved = points.copy()
    moved[:, 1] -= with_jaw * (head.jaw(after.state) - jaw)
    return _image_motion(view, after, points, moved)


def _uncovered(
    after: View, target: Array, depth: Array, part: npt.NDArray[np.int8]
) -> npt.NDArray[np.bool_]:
    """Return which target points are the front of what the next view shows there."""
    raster = after.raster
    x, y = target[..., 0] - raster.x, target[..., 1] - raster.y
    # The farthest of the neighbours: a point at a rim must not be lost to rounding.
    nearby = cv2.erode(np.where(raster.covered, raster.depth, -1e3), np.ones((3, 3)))
    surface = cv2.remap(nearby, x, y, cv2.INTER_NEAREST, borderValue=-1e3)
    parts = cv2.remap(_openings(after).astype(np.float32), x, y, cv2.INTER_NEAREST, borderValue=-1)
    behind_skin = (part != -1) & (parts != part)
    hidden = (part == -1) & (depth < surface - DEPTH_TOLERANCE)
    column, row = (
        np.clip(np.rint(v), 0, None).astype(int) for v in (target[..., 0], target[..., 1])
    )
    locks = locks_mask(after)
    covered = locks[np.minimum(row, len(locks) - 1), np.minimum(column, locks.shape[1] - 1)]
    return ~behind_skin & ~hidden & ~covered


def _add_locks(flow: Array, visible: npt.NDArray[np.bool_], view: View, after: View) -> None:
    """Write the rigid motion of hair before the face into flow and mask, in place."""
    for card in view.head.hair_cards:
        seen = project_card(view, card) if card.front else None
        if seen is None:
            continue
        picture, window = seen
        rows, columns = np.nonzero(picture[..., 3] > 0.5)
        rows, columns = rows + window[0].start, columns + window[1].start
        rays: Rays = head_rays(view.camera, view.motion, columns, rows)
        points = on_plane(rays, card.z)
        motion = _image_motion(view, after, points, points)
        flow[rows, columns] = motion
        visible[rows, columns] = _inside(np.stack([columns, rows], -1) + motion, flow.shape[:2])
