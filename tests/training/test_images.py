import numpy as np
import pytest
import torch

from mffcnn_core.features import SpatialStream, TemporalStream
from mffcnn_core.training import SampledImages


def _all(data):
    return data.images(np.arange(len(data)))


def test_every_clip_gives_as_many_images_and_its_label(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=3)
    assert len(data) == 3 * len(toy_inputs)
    images, labels = data.__getitems__(list(range(len(data))))
    assert images.shape == (len(data), 3, 16, 16)
    assert images.dtype == torch.float32
    np.testing.assert_array_equal(labels, np.repeat(toy_labels, 3))


def test_one_item_is_its_row_of_the_batch(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=3)
    image, label = data[7]
    images, labels = data.__getitems__([7])
    assert torch.equal(image, images[0])
    assert label == labels[0]


def test_images_stand_for_the_middle_of_each_stretch(toy_inputs, toy_labels):
    spatial = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=3)
    assert spatial.positions[:3].tolist() == [1, 3, 5]  # of 6 frames
    temporal = SampledImages(toy_inputs, toy_labels, TemporalStream(), per_clip=5)
    assert temporal.positions[:5].tolist() == [0, 1, 2, 3, 4]  # of 5 flows


def test_a_redraw_stays_in_its_stretch_and_hangs_on_seed_and_epoch(toy_inputs, toy_labels):
    def drawn(seed, *epochs):
        data = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=2, seed=seed)
        for epoch in epochs:
            data.redraw(epoch)
        return data.positions.reshape(-1, 2)

    one = drawn(0, 1)
    assert set(one[:, 0]) == {0, 1, 2}
    assert set(one[:, 1]) == {3, 4, 5}
    np.testing.assert_array_equal(drawn(0, 5, 1), one)
    assert (drawn(0, 2) != one).any()
    assert (drawn(1, 1) != one).any()


def test_nothing_is_changed_unless_asked_for(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=2)
    data.redraw(1)
    expected = data.stream.images(toy_inputs, data.clips, data.positions)
    np.testing.assert_array_equal(_all(data), expected)


def test_a_moved_image_repeats_its_border(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=1, shift=2)
    still = _all(data)
    data.moves[:] = (2, -1)  # the content goes 2 px up and 1 px to the right
    moved = _all(data)
    np.testing.assert_array_equal(moved[:, :-2, 1:], still[:, 2:, :-1])
    np.testing.assert_array_equal(moved[:, -3, 1:], moved[:, -1, 1:])
    np.testing.assert_array_equal(moved[:, :, 0], moved[:, :, 1])


@pytest.mark.parametrize("stream", [SpatialStream(), TemporalStream()])
def test_half_of_the_images_are_mirrored(toy_inputs, toy_labels, stream):
    data = SampledImages(toy_inputs, toy_labels, stream, per_clip=4, mirror=True)
    data.redraw(1)
    assert 0.3 < data.mirrored.mean() < 0.7
    plain = stream.images(toy_inputs, data.clips, data.positions)
    images = _all(data)
    np.testing.assert_array_equal(images[~data.mirrored], plain[~data.mirrored])
    np.testing.assert_array_equal(images[data.mirrored], stream.mirror(plain[data.mirrored]))


def test_gains_lie_in_their_range(toy_inputs, toy_labels):
    data = SampledImages(toy_inputs, toy_labels, SpatialStream(), per_clip=4, gain=0.2)
    data.redraw(1)
    assert 0.8 <= data.gains.min() < 0.9 < 1.1 < data.gains.max() <= 1.2
    plain = data.stream.images(toy_inputs, data.clips, data.positions)
    np.testing.assert_allclose(_all(data), plain * data.gains[:, None, None, None])
