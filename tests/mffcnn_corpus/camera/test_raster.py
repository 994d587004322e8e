import numpy as np

from mffcnn_corpus.camera._raster import MARGIN, grid_triangles, rasterise

SIZE = (40, 30)


def _sheet(x0: float, x1: float, y0: float, y1: float, z: float):
    x, y = np.meshgrid(np.linspace(x0, x1, 9), np.linspace(y0, y1, 7))
    return [part.astype(np.float32) for part in (x, y, np.full_like(x, z))]


def test_places_on_the_grid_are_linear_in_the_image() -> None:
    x, y, z = _sheet(4.3, 33.1, 5.2, 24.9, 0.5)
    raster = rasterise(x, y, z, grid_triangles(np.ones((6, 8), bool)), SIZE)

    rows, columns = (part[raster.covered] for part in np.mgrid[raster.window])
    assert raster.covered.shape == (19 + 2 * MARGIN, 29 + 2 * MARGIN)
    assert raster.covered.sum() == 19 * 29  # the pixel centres inside: 6..24 by 5..33
    expected = (columns - 4.3) / (33.1 - 4.3) * 8
    np.testing.assert_allclose(raster.column[raster.covered], expected, atol=2e-3)
    expected = (rows - 5.2) / (24.9 - 5.2) * 6
    np.testing.assert_allclose(raster.row[raster.covered], expected, atol=2e-3)
    np.testing.assert_allclose(raster.depth[raster.covered], 0.5, rtol=1e-6)


def test_nearer_sheet_hides_the_farther() -> None:
    far, near = _sheet(2, 30, 2, 25, 0.0), _sheet(10, 20, 5, 15, 1.0)
    x, y, z = (np.concatenate(parts) for parts in zip(far, near, strict=True))
    drawn = np.ones((13, 8), bool)
    drawn[6] = False  # no cells between the two sheets
    raster = rasterise(x, y, z, grid_triangles(drawn), SIZE)

    in_near = (slice(6 - raster.y, 15 - raster.y), slice(11 - raster.x, 20 - raster.x))
    assert (raster.row[in_near] >= 7).all()
    assert (raster.depth > 0.5).sum() == 11 * 11


def test_back_faces_and_what_lies_outside_are_not_drawn() -> None:
    x, y, z = _sheet(4, 33, 5, 24, 0.5)
    triangles = grid_triangles(np.ones((6, 8), bool))

    assert rasterise(x[:, ::-1].copy(), y, z, triangles, SIZE) is None
    assert rasterise(x + 100, y, z, triangles, SIZE) is None


def test_sheet_is_cut_at_the_border_of_the_image() -> None:
    x, y, z = _sheet(-20, 60, -20, 60, 0.5)
    raster = rasterise(x, y, z, grid_triangles(np.ones((6, 8), bool)), SIZE)

    assert (raster.x, raster.y) == (0, 0)
    assert raster.depth.shape == (30, 40)
    assert raster.covered.all()
