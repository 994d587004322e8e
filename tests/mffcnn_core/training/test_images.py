import numpy as np
import pytest
import torch

from mffcnn_book.baselines import FrameRuns
from mffcnn_core.augment import CropSettings
from mffcnn_core.features import FaceFrames, FlowImages, OrderedFlowMaps, load_inputs
from mffcnn_core.training import SampledImages, _images
from mffcnn_core.training._images import Loader, as_batch


def _all(data):
    (images,) = data.images(np.arange(len(data))).values()
    return images.numpy()


def _plain(data):
    (stream,) = data.streams
    return data.inputs.images(stream, data.clips, data.positions[stream])


def test_every_clip_gives_as_many_images_and_its_label(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=3)
    assert len(data) == 3 * len(toy_inputs)
    images, labels = data.__getitems__(list(range(len(data))))
    assert images.shape == (len(data), 3, 16, 16)
    assert images.dtype == torch.float32
    np.testing.assert_array_equal(labels, np.repeat(toy_labels, 3))


def test_one_item_is_its_row_of_the_batch(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=3)
    image, label = data[7]
    images, labels = data.__getitems__([7])
    assert torch.equal(image, images[0])
    assert label == labels[0]


def test_images_stand_for_the_middle_of_each_stretch(toy_inputs, toy_labels):
    spatial = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=3)
    assert spatial.positions["spatial"][:3].tolist() == [1, 3, 5]  # of 6 frames
    temporal = SampledImages(toy_inputs, toy_labels, ["temporal"], per_clip=5)
    assert temporal.positions["temporal"][:5].tolist() == [0, 1, 2, 3, 4]  # of 5 flows


def test_a_redraw_stays_in_its_stretch_and_hangs_on_seed_and_epoch(toy_inputs, toy_labels):
    def drawn(seed, *epochs):
        data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=2, seed=seed)
        for epoch in epochs:
            data.redraw(epoch)
        return data.positions["spatial"].reshape(-1, 2)

    one = drawn(0, 1)
    assert set(one[:, 0]) == {0, 1, 2}
    assert set(one[:, 1]) == {3, 4, 5}
    np.testing.assert_array_equal(drawn(0, 5, 1), one)
    assert (drawn(0, 2) != one).any()
    assert (drawn(1, 1) != one).any()


def test_nothing_is_changed_unless_asked_for(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=2)
    data.redraw(1)
    expected = _plain(data)
    np.testing.assert_array_equal(_all(data), expected)


def test_a_moved_image_repeats_its_border(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=1, shift=2)
    still = _all(data)
    data.moves[:] = (2, -1)  # the content goes 2 px up and 1 px to the right
    moved = _all(data)
    np.testing.assert_array_equal(moved[:, :-2, 1:], still[:, 2:, :-1])
    np.testing.assert_array_equal(moved[:, -3, 1:], moved[:, -1, 1:])
    np.testing.assert_array_equal(moved[:, :, 0], moved[:, :, 1])


@pytest.mark.parametrize("stream", ["spatial", "temporal"])
def test_half_of_the_images_are_mirrored(toy_inputs, toy_labels, stream, mirror):
    data = SampledImages(toy_inputs, toy_labels, [stream], per_clip=4, mirror=True)
    data.redraw(1)
    assert 0.3 < data.mirrored.mean() < 0.7
    plain = _plain(data)
    images = _all(data)
    np.testing.assert_array_equal(images[~data.mirrored], plain[~data.mirrored])
    np.testing.assert_array_equal(
        images[data.mirrored], mirror(toy_inputs.streams[stream], plain[data.mirrored])
    )


def test_gains_lie_in_their_range(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=4, gain=0.2)
    data.redraw(1)
    assert 0.8 <= data.gains.min() < 0.9 < 1.1 < data.gains.max() <= 1.2
    plain = _plain(data)
    np.testing.assert_allclose(_all(data), plain * data.gains[:, None, None, None])


def test_a_pair_is_a_flow_and_a_face_of_its_span(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ("spatial", "temporal"), per_clip=3)
    flows, faces = data.positions["temporal"], data.positions["spatial"]
    assert (faces == flows + 1).all()  # the middle of the two frames of a flow, rounded up
    drawn = set()
    for epoch in range(1, 6):
        data.redraw(epoch)
        drawn |= set(data.positions["spatial"] - data.positions["temporal"])
    assert drawn == {0, 1}
    (batch, labels) = data.__getitems__([4, 0])
    assert list(batch) == ["frames", "flow"]
    np.testing.assert_array_equal(labels, data.labels[[4, 0]])
    for name, images in zip(batch, data.images(np.array([4, 0])).values(), strict=True):
        np.testing.assert_array_equal(batch[name], images.movedim(-1, -3))
    one, label = data[4]
    assert torch.equal(one["flow"], batch["flow"][0])
    assert label == labels[0]


def test_all_images_of_a_clip_and_both_streams_show_one_crop(toy_inputs, toy_labels, cropped):
    both = SampledImages(
        toy_inputs, toy_labels, ("spatial", "temporal"), per_clip=2, crops=CropSettings()
    )
    assert both.crops is None  # until the first epoch
    both.redraw(1)
    rows = np.flatnonzero(both.clips == 3)
    images = both.images(rows)
    for stream in both.streams:
        plain = toy_inputs.images(stream, both.clips[rows], both.positions[stream][rows])
        expected = cropped(toy_inputs.streams[stream], plain, both.crops[3])
        np.testing.assert_allclose(images[stream], expected, atol=1e-4)
    alone = SampledImages(toy_inputs, toy_labels, ["temporal"], per_clip=1, crops=CropSettings())
    alone.redraw(1)
    assert alone.crops == both.crops


def test_ten_epochs_show_ten_crops_and_then_others(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=1, crops=CropSettings())
    seen = []
    for epoch in range(1, 21):
        data.redraw(epoch)
        seen.append(data.crops[0])
    centres = {(c.top + c.height / 2, c.left + c.width / 2) for c in seen[:10]}
    assert len(centres) >= 5  # four corners and the centre, unless a side is whole
    assert set(seen[:10]) != set(seen[10:])
    data.redraw(3)
    assert data.crops[0] == seen[2]


def test_crops_that_mirror(toy_inputs, toy_labels, mirror):
    crops = CropSettings(sides=(256,), mirror=True)
    data = SampledImages(toy_inputs, toy_labels, ["temporal"], per_clip=1, crops=crops)
    data.redraw(1)
    assert 0.2 < data.mirrored.mean() < 0.8
    mirrored = mirror(toy_inputs.streams["temporal"], _plain(data)[data.mirrored])
    np.testing.assert_allclose(_all(data)[data.mirrored], mirrored, rtol=1e-6)


def _one_by_one(data, stream, indices, mirror, cropped):
    """Change images one after the other: OpenCV's crops, then moved, mirrored and amplified."""
    of_stream = data.inputs.streams[stream]
    shown = []
    for row in indices:
        clip = data.clips[row]
        image = data.inputs.images(stream, [clip], [data.positions[stream][row]])
        if data.crops is not None:
            image = cropped(of_stream, image, data.crops[clip])
        grid = np.arange(data.inputs.size)
        down, right = (np.clip(grid + step, 0, len(grid) - 1) for step in data.moves[row])
        image = image.take(down, axis=-3).take(right, axis=-2)
        if data.mirrored[row]:
            image = mirror(of_stream, image)
        shown.append(image[0] * data.gains[row])
    return np.stack(shown)


@pytest.mark.parametrize("crops", [None, CropSettings(mirror=True)])
@pytest.mark.parametrize(
    "images",
    [
        {"spatial": FaceFrames(), "temporal": FlowImages()},
        {"spatial": FaceFrames(frames=3, length=4)},
        {"spatial": FrameRuns(frames=3, length=5)},
        {"temporal": OrderedFlowMaps(window=3)},
    ],
)
def test_a_batch_is_changed_as_images_are_one_by_one(
    toy_clips, toy_labels, images, crops, mirror, cropped
):
    inputs = load_inputs(toy_clips, 16, images)
    changes = {"shift": 2, "mirror": True, "gain": 0.2, "crops": crops}
    data = SampledImages(inputs, toy_labels, tuple(images), per_clip=2, **changes)
    for epoch in (1, 2):
        data.redraw(epoch)
        rows = np.random.default_rng(epoch).permutation(len(data))[:17]
        for stream, batch in data.images(rows).items():
            expected = _one_by_one(data, stream, rows, mirror, cropped)
            # cropped values differ in the order of two sums
            tolerance = {"rtol": 1e-6} if crops is None else {"rtol": 1e-4, "atol": 2e-3}
            np.testing.assert_allclose(batch, expected, **tolerance)


def test_statistics_are_those_of_all_images_at_once(toy_inputs, toy_labels, monkeypatch):
    data = SampledImages(toy_inputs, toy_labels, ["temporal"], per_clip=4)
    whole = _all(data).astype(np.float64)
    monkeypatch.setattr(_images, "_AT_ONCE", 7)
    mean, std = data.statistics("temporal")
    np.testing.assert_allclose(mean, whole.mean(axis=(0, 1, 2)), rtol=1e-9)
    np.testing.assert_allclose(std, whole.std(axis=(0, 1, 2)), rtol=1e-9)


def test_what_does_not_fit_on_a_gpu_is_made_a_step_ahead(toy_inputs, toy_labels, monkeypatch):
    data = SampledImages(toy_inputs, toy_labels, ["spatial"], per_clip=2, shift=1)
    data.redraw(1)

    def batches():
        order = torch.Generator().manual_seed(0)
        return list(Loader(data, batch_size=5, shuffle=True, generator=order, collate_fn=as_batch))

    plain = batches()
    monkeypatch.setattr(SampledImages, "resident", False)
    for one, other in zip(plain, batches(), strict=True):
        assert torch.equal(one[0], other[0])
        assert torch.equal(one[1], other[1])
