import numpy as np
import pytest
import torch

from mffcnn_book.baselines import FrameRuns
from mffcnn_core.errors import ParameterError
from mffcnn_core.features import (
    DynamicImages,
    FaceFrames,
    FlowImages,
    OrderedFlowMaps,
    load_inputs,
)
from mffcnn_core.pooling import ordered_flow_maps, windows
from mffcnn_core.video import fragments

EVERY = [
    FaceFrames(), FaceFrames(frames=3), FlowImages(), FlowImages(run=3), OrderedFlowMaps(window=4),
    DynamicImages(window=4), FrameRuns(frames=3, length=6),
    OrderedFlowMaps(window=4, normalisation="signed"),
]  # fmt: skip


def load(images, *clips, size=16):
    return load_inputs(list(clips), size, {"x": images})


def test_frames_are_those_of_the_right_clip(make_clip):
    a, b = make_clip("a", frames=5), make_clip("b", frames=7, seed=1)
    inputs = load(FaceFrames(), a, b)
    images = inputs.images("x", [1, 0], [2, 4])
    np.testing.assert_array_equal(images, np.stack([b.faces[2], a.faces[4]]).astype(np.float32))
    assert inputs.counts("x").tolist() == [5, 7]


def test_flow_images_are_those_of_the_right_clip(make_clip):
    clips = [make_clip("a", frames=5), make_clip("b", frames=7)]
    for clip in clips:  # flow i of a clip is (i, 0) everywhere
        clip.flow[:] = np.arange(len(clip.flow))[:, None, None, None] * np.array([1, 0])
    inputs = load(FlowImages(), *clips)
    assert inputs.counts("x").tolist() == [4, 6]
    images = inputs.images("x", [0, 1, 1], [3, 0, 5])
    assert images[:, 0, 0].tolist() == [[3, 0, 3], [0, 0, 0], [5, 0, 5]]


def test_a_run_of_flows_is_averaged_within_its_clip(make_clip):
    clips = [make_clip("a", frames=5), make_clip("b", frames=4)]
    for clip in clips:  # flow i of a clip is (i, -i) everywhere
        clip.flow[:] = np.arange(len(clip.flow))[:, None, None, None] * np.array([1, -1])
    inputs = load(FlowImages(run=3), *clips)
    # flows 0-3 of the first clip: means of 0 1 2, 1 2 3, 2 3 and 3
    assert inputs.stacks["x"].rows[:, 0, 0, 0].tolist() == [1, 2, 2.5, 3, 1, 1.5, 2]
    assert inputs.streams["x"].spans(5).tolist() == [[0, 3], [1, 4], [2, 4], [3, 4]]


@pytest.mark.parametrize(("frames", "first"), [(16, 0), (20, 2), (50, 1)])
def test_a_fragment_has_one_flow_less_than_frames(frames, first):
    frames_of, flows_of = FaceFrames().parts(frames), FlowImages().parts(frames)
    np.testing.assert_array_equal(frames_of, fragments(frames))
    assert flows_of.shape == (frames // 16, 15)
    np.testing.assert_array_equal(flows_of, frames_of[:, :-1])
    assert flows_of[0, 0] == first


@pytest.mark.parametrize("frames", [2, 5, 15])
def test_copied_frames_of_a_short_clip_have_no_flow(frames):
    assert FaceFrames().parts(frames).shape == (1, 16)
    assert FlowImages().parts(frames).tolist() == [list(range(frames - 1))]


@pytest.mark.parametrize("n", [2, 5, 15, 16, 17, 40])
def test_three_frames_are_first_middle_and_last_of_a_fragment(make_clip, n):
    clip, other = make_clip("a", frames=n), make_clip("b", frames=9, seed=1)
    inputs = load(FaceFrames(frames=3), other, clip)
    parts = inputs.streams["x"].parts(n)
    images = inputs.images("x", np.ones(len(parts), int), parts[:, 0])
    expected = clip.faces[fragments(n)[:, [0, 8, 15]]]
    np.testing.assert_array_equal(images, expected.astype(np.float32))


@pytest.mark.parametrize("scope", ["full", "clip16"])
@pytest.mark.parametrize("frames", [2, 10, 16, 60, 148])
def test_ordered_maps_are_those_of_the_windows(make_clip, frames, scope):
    clip = make_clip(frames=frames, size=8)
    images = OrderedFlowMaps(flow_scope=scope)
    first, last = (0, frames - 1) if scope == "full" or frames <= 16 else (
        (frames - 16) // 2, (frames - 16) // 2 + 15
    )  # fmt: skip
    spans = windows(last - first)
    assert images.count(frames) == len(spans)
    assert images.spans(frames).tolist() == [[first + s.start, first + s.stop] for s in spans]
    assert images.parts(frames).tolist() == [[k] for k in range(len(spans))]
    maps = ordered_flow_maps(clip.flow[first:last])
    got = load(images, clip, size=8).images("x", np.zeros(len(spans), int), np.arange(len(spans)))
    np.testing.assert_allclose(got, maps, atol=0.13)


def test_in_16_frames_every_long_window_gives_one_map(make_clip):
    clip = make_clip(frames=60, size=8)
    maps = [
        load(OrderedFlowMaps(window=w, flow_scope="clip16"), clip, size=8).images("x", [0], [0])
        for w in (15, 20, 28)
    ]
    np.testing.assert_array_equal(maps[0], maps[1])
    np.testing.assert_array_equal(maps[0], maps[2])


@pytest.mark.parametrize("images", EVERY)
def test_a_mirror_shows_the_mirrored_clip(make_clip, images, mirror):
    clip, mirrored = make_clip(frames=20), make_clip(frames=20)
    mirrored.faces = mirrored.faces[:, :, ::-1].copy()
    mirrored.flow = mirrored.flow[:, :, ::-1] * np.array([-1, 1], np.float32)
    inputs = load(images, clip, mirrored)
    own, expected = (inputs.images("x", [k], [2]) for k in (0, 1))
    np.testing.assert_allclose(mirror(images, own), expected, atol=0.3)
    assert (mirror(images, own) != own).any()


def test_a_map_without_movement_has_no_mirror_image(make_clip, mirror):
    clip = make_clip(frames=20)
    clip.flow[:] = 0
    images = OrderedFlowMaps()
    assert not mirror(images, load(images, clip).images("x", [0], [0])).any()
    with pytest.raises(ParameterError, match="mirror: expected maps with channels scaled apart"):
        mirror(OrderedFlowMaps(normalisation="joint"), np.zeros((1, 8, 8, 3), np.float32))


def test_what_is_enlarged_moves_by_more_pixels():
    flow, zoom = torch.tensor([[[[3.0, 4.0]]]]), torch.tensor([[[[2.0, 4.0]]]])
    assert FlowImages().enlarged(flow, zoom).ravel().tolist() == [6, 16]
    assert OrderedFlowMaps().enlarged(flow, zoom).ravel().tolist() == [3, 4]  # no lengths


@pytest.mark.parametrize("images", EVERY)
def test_settings_survive_a_profile(images):
    assert type(images).from_dict(images.to_dict()) == images


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FaceFrames(frames=2), "frames: expected one of 1, 3, got 2"),
        (lambda: FaceFrames(length=0), "length: expected at least 1, got 0"),
        (lambda: FlowImages(run=0), "run: expected at least 1, got 0"),
        (lambda: FlowImages(length=1), "length: expected at least 2, got 1"),
        (lambda: OrderedFlowMaps(flow_scope="clip"), "flow_scope: .* full, clip16, got 'clip'"),
        (lambda: OrderedFlowMaps(window=0), "window: expected at least 1"),
    ],
)
def test_values_outside_their_range(make, message):
    with pytest.raises(ParameterError, match=message):
        make()
