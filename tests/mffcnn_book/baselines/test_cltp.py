import numpy as np
import pytest

from mffcnn_book.baselines import cltp_codes, cltp_histogram
from mffcnn_core.errors import ParameterError


def picture(top, shape=(21, 17), seed=0):
    """Return a picture with noise, a flat patch and a slope."""
    draw = np.random.default_rng(seed)
    image = draw.integers(0, top, shape).astype(np.uint8)
    image[3:9, 2:9] = top // 2
    image[12:, :] = np.linspace(0, top - 1, shape[1]).astype(np.uint8)
    return image


@pytest.mark.parametrize("top", [256, 200])  # in words of 16 and of 8 bits
@pytest.mark.parametrize(("radius", "threshold"), [(1, 5), (2, 5), (3, 0), (1, 27)])
def test_codes_are_those_computed_pixel_by_pixel(slow_cltp, top, radius, threshold):
    image = picture(top)
    codes = cltp_codes(image, radius=radius, threshold=threshold)
    assert codes.tolist() == slow_cltp.slow_codes(image, radius, threshold)
    assert len(np.unique(codes)) > 10


def test_histogram_is_the_one_counted_pixel_by_pixel(slow_cltp):
    image = picture(256)
    fast = cltp_histogram(image, radius=2, threshold=5, blocks=(3, 4))
    np.testing.assert_allclose(fast, slow_cltp.slow_histogram(image, 2, 5, (3, 4)), rtol=1e-12)
    squares = (fast.reshape(2, 12, 200) ** 2).sum(axis=2)
    np.testing.assert_allclose(squares, 1)


def test_a_brighter_picture_has_the_same_codes():
    image = picture(150)
    np.testing.assert_array_equal(cltp_codes(image), cltp_codes(image + np.uint8(40)))


def test_all_ten_patterns_of_signs_occur_and_rotation_does_not_change_them():
    draw = np.random.default_rng(1)
    image = draw.integers(0, 256, (40, 40), dtype=np.uint8)
    upper = cltp_codes(image)[0]
    assert set((upper // 20).ravel().tolist()) == set(range(10))
    turned = cltp_codes(np.ascontiguousarray(np.rot90(image)))[0]
    np.testing.assert_array_equal(np.rot90(upper), turned)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"radius": 0}, "radius, threshold: .* got 0 and 5"),
        ({"threshold": -1}, "radius, threshold: .* got 1 and -1"),
        ({"threshold": 256}, "threshold from 0 to 255, got 1 and 256"),
        ({"radius": 9}, "more than 18 px either way, got uint8 of shape \\(21, 17\\)"),
    ],
)
def test_wrong_options_of_codes(options, message):
    with pytest.raises(ParameterError, match=message):
        cltp_codes(picture(256), **options)


def test_wrong_pictures():
    with pytest.raises(ParameterError, match="grey uint8 .* got float64 of shape"):
        cltp_codes(picture(256).astype(float))
    with pytest.raises(ParameterError, match=r"grey uint8 .* of shape \(5, 5, 3\)"):
        cltp_codes(np.zeros((5, 5, 3), np.uint8))


@pytest.mark.parametrize("blocks", [(0, 2), (20, 1), (1, 16)])
def test_wrong_blocks(blocks):
    with pytest.raises(ParameterError, match="blocks: expected 1 to 19 rows and 1 to 15 columns"):
        cltp_histogram(picture(256), blocks=blocks)
