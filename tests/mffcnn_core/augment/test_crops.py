import dataclasses

import cv2
import numpy as np
import pytest

from mffcnn_core.augment import POSITIONS, Crop, CropSettings, draw_crops
from mffcnn_core.errors import ParameterError
from mffcnn_core.seeding import generator


def _crops(seed=0, **options):
    return draw_crops(CropSettings(**options), generator(seed, "crops", "a"))


@pytest.fixture
def pictures():
    return np.random.default_rng(0).random((3, 64, 64, 3), np.float32)


def test_five_positions_twice():
    crops = _crops()
    assert len(crops) == 10
    for number, (down, right) in enumerate(POSITIONS.values()):
        for crop in crops[2 * number : 2 * number + 2]:
            # where the crop leaves no room, every position is the same
            assert crop.top == pytest.approx(down * (1 - crop.height))
            assert crop.left == pytest.approx(right * (1 - crop.width))


def test_sides_are_drawn_apart_and_all_occur():
    drawn = [crop for seed in range(40) for crop in _crops(seed)]
    shares = {256 / 256, 224 / 256, 192 / 256, 168 / 256}
    pairs = {(crop.height, crop.width) for crop in drawn}
    assert pairs == {(height, width) for height in shares for width in shares}


def test_same_seed_same_crops():
    assert _crops(3) == _crops(3)
    assert _crops(3) != _crops(4)


def test_mirroring_is_off_by_default_and_changes_no_crop():
    plain, mirrored = _crops(), _crops(mirror=True)
    assert not any(crop.mirror for crop in plain)
    assert {crop.mirror for crop in mirrored} == {False, True}
    assert tuple(dataclasses.replace(crop, mirror=False) for crop in mirrored) == plain


def test_half_of_the_crops_are_mirrored():
    flags = [crop.mirror for seed in range(100) for crop in _crops(seed, mirror=True)]
    assert 0.45 < np.mean(flags) < 0.55


def test_a_whole_crop_changes_nothing(pictures):
    result = Crop(top=0, left=0, height=1, width=1).apply(pictures)
    np.testing.assert_array_equal(result, pictures)
    assert result is not pictures
    assert not np.shares_memory(result, pictures)


@pytest.mark.parametrize(("top", "left"), POSITIONS.values())
def test_a_corner_is_what_opencv_makes_of_it(pictures, top, left):
    crop = Crop(top=top / 4, left=left / 4, height=0.75, width=0.75)
    y, x = round(top * 16), round(left * 16)
    expected = cv2.resize(pictures[1, y : y + 48, x : x + 48], (64, 64))
    np.testing.assert_array_equal(crop.apply(pictures)[1], expected)


def test_apply_does_not_mirror(pictures):
    crop = Crop(top=0, left=0, height=0.75, width=0.75)
    mirrored = dataclasses.replace(crop, mirror=True)
    np.testing.assert_array_equal(mirrored.apply(pictures), crop.apply(pictures))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_channels_types_and_leading_axes(channels, dtype):
    images = (255 * np.random.default_rng(1).random((2, 3, 40, 48, channels))).astype(dtype)
    crop = Crop(top=0.25, left=0.125, height=0.5, width=0.75)
    result = crop.apply(images)
    assert (result.shape, result.dtype) == (images.shape, dtype)
    for i, j in np.ndindex(2, 3):
        for channel in range(channels):
            expected = cv2.resize(
                np.ascontiguousarray(images[i, j, 10:30, 6:42, channel]), (48, 40)
            )
            np.testing.assert_allclose(result[i, j, ..., channel], expected, atol=1e-4)


def test_one_image_no_image_and_views(pictures):
    crop = Crop(top=0.25, left=0, height=0.75, width=1)
    np.testing.assert_array_equal(crop.apply(pictures[0]), crop.apply(pictures)[0])
    assert crop.apply(pictures[:0]).shape == (0, 64, 64, 3)
    flipped = pictures[:, :, ::-1]
    np.testing.assert_array_equal(crop.apply(flipped), crop.apply(flipped.copy()))


@pytest.mark.parametrize("side", [48, 64, 100])
def test_the_same_place_at_any_size(side):
    """A crop of a ramp of shares begins and ends at its own shares, to within a pixel."""
    ramp = np.broadcast_to((np.arange(side) + 0.5)[:, None, None] / side, (side, side, 1))
    for crop in _crops():
        column = crop.apply(np.ascontiguousarray(ramp))[:, 0, 0]
        assert column[0] == pytest.approx(crop.top, abs=1.01 / side)
        assert column[-1] == pytest.approx(crop.top + crop.height, abs=1.01 / side)
        # lengths grow by the zoom: the ramp is so much less steep
        steepness = np.median(np.diff(column)) * side
        assert steepness == pytest.approx(1 / crop.zoom[1], abs=1.01 / side)


def test_zoom_turns_flow_into_flow_of_the_cropped_pictures():
    y, x = np.mgrid[:64, :64].astype(np.float32)
    blobs = np.stack(
        [np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 8) for cx, cy in [(20, 24), (23, 22)]]
    )
    crop = Crop(top=0.125, left=0.0, height=0.625, width=0.75)
    cropped = crop.apply(blobs[..., None])[..., 0]
    centres = [np.array([(x * b).sum(), (y * b).sum()]) / b.sum() for b in cropped]
    flow = crop.apply(np.full((1, 64, 64, 2), [3, -2], np.float32))[0, 30, 30]
    np.testing.assert_allclose(centres[1] - centres[0], flow * crop.zoom, atol=0.02)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sides": ()}, r"sides: expected at least one, each in \(0, 256\] px, got \[\]"),
        ({"sides": (256, 0)}, r"sides: .* got \[256, 0\]"),
        ({"sides": (300,)}, r"sides: .* got \[300\]"),
        ({"draws": 0}, "draws: expected at least 1 crop at each position, got 0"),
        ({"side": 3}, "Did you mean 'sides'"),
    ],
)
def test_refuses_settings_without_sense(values, message):
    with pytest.raises(ParameterError, match=message):
        CropSettings.from_dict(values)


def test_settings_of_a_profile_are_equal_to_those_of_code():
    assert CropSettings.from_dict({"sides": [224, 192]}) == CropSettings(sides=(224, 192))


@pytest.mark.parametrize(
    "place",
    [
        {"top": 0, "left": 0, "height": 0, "width": 1},
        {"top": 0, "left": -0.1, "height": 1, "width": 1},
        {"top": 0.5, "left": 0, "height": 0.6, "width": 1},
        {"top": float("nan"), "left": 0, "height": 1, "width": 1},
    ],
)
def test_refuses_crops_that_leave_the_image(place):
    with pytest.raises(ParameterError, match="crop: expected shares of the image with area"):
        Crop(**place)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((8, 8), np.float32),
        np.zeros((2, 8, 8, 5), np.float32),
        np.zeros((2, 0, 8, 3), np.float32),
        np.zeros((2, 8, 8, 3), np.float16),
    ],
)
def test_refuses_what_is_no_image(images):
    with pytest.raises(ParameterError, match=r"images: expected uint8, float32 or float64 of sha"):
        Crop(top=0, left=0, height=1, width=1).apply(images)


def test_a_crop_of_less_than_a_pixel_keeps_one():
    image = np.arange(16.0).reshape(4, 4, 1)
    crop = Crop(top=0.99, left=0.99, height=0.01, width=0.01)
    assert (crop.apply(image) == 15).all()
