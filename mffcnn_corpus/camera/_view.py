"""A head as one camera sees it in one state: where every pixel lies on the surface."""

import dataclasses

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_corpus._functions import Array
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._eyes_mouth import Rays, head_rays
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._pose import RigidMotion, rigid_motion
from mffcnn_corpus.camera._raster import Raster, rasterise
from mffcnn_corpus.surface._grid import NECK
from mffcnn_corpus.surface._hair import HairCard


@dataclasses.dataclass(frozen=True)
class View:
    """What the camera sees.

    Attributes
    ----------
    points : ndarray, shape (rows, columns, 3)
        Vertices in the room.
    image_xy : ndarray, shape (rows, columns, 2)
        Their place in the image in px.
    raster : Raster
        Grid place of every pixel in a window of the image.
    motion : RigidMotion
        The head's pose.
    """

    head: Head
    camera: Camera
    state: FaceState
    points: Array
    image_xy: Array
    raster: Raster
    motion: RigidMotion

    def at_pixels(self, grid_array: Array) -> Array:
        """Interpolate values on the vertex grid at every pixel of the window."""
        return cv2.remap(grid_array, self.raster.column, self.raster.row, cv2.INTER_LINEAR)

    def texture_maps(self) -> tuple[Array, Array]:
        """Return the texture place (x, y in texels) of every pixel of the window."""
        place = self.at_pixels(self.head.grid.texture_xy) * self.head.resolution - 0.5
        return np.ascontiguousarray(place[..., 0]), np.ascontiguousarray(place[..., 1])

    def rays(self, rows: npt.NDArray, columns: npt.NDArray) -> Rays:
        """Return the camera rays through pixels of the window, as the head sees them."""
        x, y = columns + self.raster.x, rows + self.raster.y
        return head_rays(self.camera, self.motion, x, y)

    def neck(self) -> npt.NDArray[np.bool_]:
        """Return which pixels of the window are neck."""
        rows, columns = self.head.grid.patch(NECK)
        inside = (self.raster.column > columns.start) & (self.raster.column < columns.stop)
        return (self.raster.row > rows.start) & inside


def view_head(head: Head, camera: Camera, state: FaceState) -> View:
    """Look at a head.

    Raises
    ------
    ParameterError
        If the pose takes the head out of the image.
    """
    points = head.points(state)
    x, y = camera.project(points)
    size = camera.width, camera.height
    raster = rasterise(x, y, np.ascontiguousarray(points[..., 2]), head.triangles, size)
    # The foot of the neck stays with the torso, in the image, wherever the head goes.
    if raster is None or raster.row[raster.covered].min() > head.grid.face_rows:
        raise ParameterError(
            f"pose: expected the head within the image, got {state.pose.tolist()}. "
            "Shifts beyond 1.5 head units leave the frame."
        )
    motion = rigid_motion(state.pose)
    return View(head, camera, state, points, np.dstack([x, y]), raster, motion)


def project_card(view: View, card: HairCard) -> tuple[Array, tuple[slice, slice]] | None:
    """Return a hair card as the camera sees it, and the part of the image that it fills."""
    camera = view.camera
    x, y = camera.project(view.motion.apply(card.corners))
    left, right = max(0, int(x.min())), min(camera.width, int(x.max()) + 2)
    top, bottom = max(0, int(y.min())), min(camera.height, int(y.max()) + 2)
    if right <= left or bottom <= top:
        return None
    height, width = card.image.shape[:2]
    source = np.float32([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)])
    target = np.stack([x - left, y - top], 1).astype(np.float32)
    homography = cv2.getPerspectiveTransform(source, target)
    seen = cv2.warpPerspective(card.image, homography, (right - left, bottom - top))
    return seen, (slice(top, bottom), slice(left, right))


def face_box(head: Head, camera: Camera, state: FaceState) -> tuple[float, float, float, float]:
    """Return the box that a face detector should find: brows to chin, cheek to cheek.

    Returns
    -------
    x, y, width, height : float
        Upper left corner and size in px; may reach beyond the image.
    """
    x, y = camera.project(head.points(state)[: head.grid.face_rows])
    s, t = np.abs(head.grid.s), head.grid.t
    face = (s < 1.0) & (t > -1.06) & (t < head.identity.brow_level + 0.12)
    left, right, top, bottom = x[face].min(), x[face].max(), y[face].min(), y[face].max()
    return float(left), float(top), float(right - left), float(bottom - top)


def head_mask(head: Head, camera: Camera, state: FaceState) -> npt.NDArray[np.bool_]:
    """Return the pixels, shape (H, W), of face, ears, scalp hair and locks before the face."""
    view = view_head(head, camera, state)
    mask = np.zeros((camera.height, camera.width), bool)
    mask[view.raster.window] = view.raster.covered & ~view.neck()
    return mask | locks_mask(view)


def locks_mask(view: View) -> npt.NDArray[np.bool_]:
    """Return the pixels, shape (H, W), of hair that hangs before the face."""
    mask = np.zeros((view.camera.height, view.camera.width), bool)
    for card in view.head.hair_cards:
        seen = project_card(view, card) if card.front else None
        if seen is not None:
            mask[seen[1]] |= seen[0][..., 3] > 0.5
    return mask
