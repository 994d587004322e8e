import itertools
import json

import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import FusionSettings, SEResNet, TwoStreamFusionNet

STAGES = (2, 3, 4, 5)
DIRECTIONS = ("T->S", "S->T", "both")
GATES = ("official", "literal", "relu_relu")


@pytest.fixture
def streams(tiny, stir):
    """Two networks whose squeeze-excitation already depends on its input."""
    return [stir(SEResNet(tiny)).eval() for _ in range(2)]


@pytest.fixture
def fused(streams):
    def make(**settings):
        return TwoStreamFusionNet(*streams, FusionSettings(**settings)).eval()

    return make


@pytest.fixture
def images():
    return torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32)


class Watch:
    """What goes into and comes out of the units of both streams in one pass."""

    def __init__(self, network, images):
        self.skip, self.branch, self.before = {}, {}, {}
        for stream in ("spatial", "temporal"):
            for place, unit in getattr(network, stream).units.items():
                key = stream, *place
                unit.skip.register_forward_pre_hook(self._input(self.skip, key))
                unit.branch.register_forward_pre_hook(self._input(self.branch, key))
                unit.register_forward_hook(self._output(self.before, key))
        self.output = network(*images)

    def _input(self, kept, key):
        return lambda layer, args: kept.update({key: args[0]})

    def _output(self, kept, key):
        return lambda layer, args, y: kept.update({key: y})


def _subsets():
    return [s for n in range(5) for s in itertools.combinations(STAGES, n)]


def test_without_fusion_the_streams_are_two_networks(streams, fused, images):
    output = fused(fuse_stages=())(*images)
    for stream, alone, x in zip(output, streams, images, strict=True):
        torch.testing.assert_close(stream.scores, alone(x))
        torch.testing.assert_close(alone.scores(stream.features), alone(x))
    assert output.features.shape == (2, 20)
    assert output.features[:, 10:].equal(output.temporal.features)


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_second_unit_of_a_fused_stage_sees_the_product(fused, images, direction, gate):
    """Both products are made of what the first units returned, also when there are two."""
    watch = Watch(fused(fuse_stages=(3, 4), direction=direction, gate=gate), images)
    receivers = {"T->S": ["spatial"], "S->T": ["temporal"], "both": ["spatial", "temporal"]}
    for (stream, stage, i), seen in watch.branch.items():
        if i == 1:
            continue
        own = watch.before[stream, stage, i - 1]
        expected = own.relu()
        if i == 2 and stage in (3, 4) and stream in receivers[direction]:
            (sender,) = {"spatial", "temporal"} - {stream}
            other = watch.before[sender, stage, 1]
            expected = {
                "official": own * other.relu(),
                "literal": own.relu() * other,
                "relu_relu": own.relu() * other.relu(),
            }[gate]
        assert seen.equal(expected)


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_sums_and_pairs_stand_where_the_products_do(fused, images, direction, gate):
    product, total, pair = (
        Watch(fused(fuse_stages=(4,), direction=direction, gate=gate, operation=operation), images)
        for operation in ("product", "sum", "concatenation")
    )
    for stream in ("spatial", "temporal"):
        (sender,) = {"spatial", "temporal"} - {stream}
        own, other = (product.before[one, 4, 1] for one in (stream, sender))
        if gate != "official":
            own = own.relu()
        if gate != "literal":
            other = other.relu()
        receives = direction == "both" or (direction == "T->S") == (stream == "spatial")
        place = stream, 4, 2
        torch.testing.assert_close(total.branch[place], own + other if receives else own.relu())
        # at the start the pair hands on what the receiver has, whatever the sender says
        torch.testing.assert_close(pair.branch[place], own if receives else own.relu())
        assert total.skip[place].equal(product.skip[place])


@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_a_pair_learns_what_to_let_in(tiny, block):
    streams = [SEResNet(tiny.replace(block=block)) for _ in range(2)]
    network = TwoStreamFusionNet(
        *streams, FusionSettings(direction="both", operation="concatenation")
    )
    assert sorted(network.joints) == ["spatial_4", "spatial_5", "temporal_4", "temporal_5"]
    output = network(*torch.rand(2, 4, 3, 32, 32))
    sum(one.scores.square().sum() for one in output).backward()
    for joint in network.joints.values():
        width = joint.weight.shape[0]
        assert joint.weight.grad[:, width:].abs().max() > 0


@pytest.mark.parametrize("operation", ["product", "sum"])
def test_products_and_sums_have_no_weights(fused, operation):
    assert not list(fused(operation=operation).joints.parameters())


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_skip_path_is_never_multiplied(fused, images, direction, gate):
    watch = Watch(fused(fuse_stages=STAGES, direction=direction, gate=gate), images)
    for (stream, stage, i), seen in watch.skip.items():
        if i > 1:
            assert seen.equal(watch.before[stream, stage, i - 1].relu())


@pytest.mark.parametrize("stage", STAGES)
def test_the_gradient_to_the_other_stream_goes_through_the_branch_alone(fused, images, stage):
    frames, flow = (x.requires_grad_() for x in images)
    watch = Watch(fused(fuse_stages=(stage,), direction="T->S"), (frames, flow))

    def depends(y, x):
        (found,) = torch.autograd.grad(y.sum(), x, retain_graph=True, allow_unused=True)
        return found is not None and found.abs().max().item() > 0

    place = "spatial", stage, 2
    assert not depends(watch.skip[place], flow)
    assert depends(watch.branch[place], flow)
    assert depends(watch.output.spatial.scores, flow)
    assert depends(watch.output.spatial.scores, frames)
    assert not depends(watch.output.temporal.scores, frames)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("fuse_stages", _subsets())
def test_every_subset_of_stages_builds_and_is_described(fused, images, fuse_stages, direction):
    network = fused(fuse_stages=fuse_stages, direction=direction)
    fusions = network.describe()["fusions"]
    assert len(fusions) == len(fuse_stages) * (2 if direction == "both" else 1)
    assert sorted({site["stage"] for site in fusions}) == list(fuse_stages)
    alone, output = fused(fuse_stages=())(*images), network(*images)
    changed = {
        name
        for name in ("spatial", "temporal")
        if not torch.equal(getattr(alone, name).scores, getattr(output, name).scores)
    }
    assert changed == ({site["receiver"] for site in fusions})


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("pair", [("T->S", "S->T"), ("both", "both")])
def test_directions_mirror_each_other(streams, images, pair, gate):
    here, there = (FusionSettings(direction=direction, gate=gate) for direction in pair)
    output = TwoStreamFusionNet(*streams, here).eval()(*images)
    mirrored = TwoStreamFusionNet(*streams[::-1], there).eval()(*images[::-1])
    torch.testing.assert_close(output.spatial, mirrored.temporal)
    torch.testing.assert_close(output.temporal, mirrored.spatial)


def test_gates_differ(fused, images):
    scores = [fused(gate=gate)(*images).spatial.scores for gate in GATES]
    for a, b in itertools.combinations(scores, 2):
        assert not torch.allclose(a, b)


@pytest.mark.parametrize("gate", GATES)
def test_multiplying_by_ones(streams, fused, images, gate):
    """It changes nothing, except that "official" shows the branch what is before the ReLU."""
    network = fused(fuse_stages=(4,), gate=gate)
    sender = network.temporal.units[4, 1]
    sender.register_forward_hook(lambda unit, args, y: torch.ones_like(y))
    watch = Watch(network, images)
    alone = Watch(fused(fuse_stages=()), images)
    if gate == "official":
        assert watch.branch["spatial", 4, 2].equal(watch.before["spatial", 4, 1])
    else:
        assert watch.output.spatial.scores.equal(alone.output.spatial.scores)


def test_the_description_is_data(fused):
    network = fused(fuse_stages=(5, 4), direction="both", gate="literal")
    told = network.describe()
    assert json.loads(json.dumps(told)) == told
    assert told["fusions"][0] == {
        "name": "C_4_1_R+C_4_1",
        "stage": 4,
        "after": 1,
        "into": 2,
        "sender": "temporal",
        "receiver": "spatial",
        "operation": "product",
        "receiver_relu": True,
        "sender_relu": False,
    }
    assert [len(units) for units in told["streams"].values()] == [9, 9]


def test_the_streams_are_copied(streams, images):
    network = TwoStreamFusionNet(*streams)
    torch.nn.init.zeros_(network.spatial.output.weight)
    assert streams[0].output.weight.abs().max() > 0


def test_streams_may_see_images_of_different_channels(tiny):
    network = TwoStreamFusionNet(SEResNet(tiny), SEResNet(tiny, channels=2)).eval()
    assert network(torch.rand(2, 3, 32, 32), torch.rand(2, 2, 32, 32)).features.shape == (2, 20)


@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_both_kinds_of_units_train_with_products(tiny, block):
    streams = [SEResNet(tiny.replace(block=block)) for _ in range(2)]
    network = TwoStreamFusionNet(*streams, FusionSettings(direction="both"))
    images, labels = torch.rand(2, 4, 3, 32, 32), torch.tensor([0, 1, 2, 3])
    output = network(*images)
    loss = torch.nn.CrossEntropyLoss()
    sum(loss(stream.scores, labels) for stream in output).backward()
    assert all(torch.isfinite(p.grad).all() for p in network.parameters())


@pytest.mark.parametrize("temporal_kernel", [None, 3, 5])
@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_at_first_temporal_kernels_change_nothing(tiny, stir, block, temporal_kernel):
    streams = [stir(SEResNet(tiny.replace(block=block))).eval() for _ in range(2)]
    settings = FusionSettings(frames=3, temporal_kernel=temporal_kernel)
    network = TwoStreamFusionNet(*streams, settings).eval()
    images = torch.rand(2, 2, 3, 3, 32, 32)
    output = network(*images)
    single = TwoStreamFusionNet(*streams).eval()(*images.flatten(1, 2))
    for together, alone in zip(output, single, strict=True):
        means = [x.unflatten(0, (2, 3)).mean(dim=1) for x in alone]
        torch.testing.assert_close(together, type(together)(*means))
    units = network.describe()["streams"]["temporal"]
    assert [u["temporal_kernel"] for u in units if u["unit"] == 2] == [temporal_kernel] * 4
    assert not any(u["temporal_kernel"] for u in units if u["unit"] != 2)


def test_temporal_kernels_stand_behind_the_3x3_convolution(tiny):
    for block, before in (("basic", "relu1"), ("bottleneck", "relu2")):
        unit = SEResNet(tiny.replace(block=block)).units[2, 2]
        names = [name for name, _ in unit.branch.named_children()]
        assert names[names.index("time") - 1] == before


def test_a_trained_temporal_kernel_sees_the_neighbours_of_its_own_fragment(fused):
    network = fused(frames=3, temporal_kernel=3)
    kernel = network.temporal.units[5, 2].branch.time
    torch.nn.init.ones_(kernel.conv.weight)
    x = torch.rand(6, 10, 1, 1)  # two fragments of three frames
    sums = x.sum(dim=1).reshape(2, 3)
    expected = torch.stack([sums[:, :2].sum(1), sums.sum(1), sums[:, 1:].sum(1)], dim=1)
    torch.testing.assert_close(kernel(x)[:, 0, 0, 0], expected.flatten())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"fuse_stages": (1, 2)}, r"fuse_stages: expected different stages among .*got \(1, 2\)"),
        ({"fuse_stages": (4, 4)}, "fuse_stages: expected different stages"),
        ({"operation": "mean"}, "operation: expected one of product, sum, concatenation, got"),
        ({"direction": "S->S"}, "direction: expected one of T->S, S->T, both, got 'S->S'"),
        ({"gate": "relu"}, "gate: expected one of official, literal, relu_relu, got 'relu'"),
        ({"frames": 0}, "frames: expected at least 1, got 0"),
        ({"frames": 9, "temporal_kernel": 4}, "temporal_kernel: expected an odd number .* got 4"),
        ({"frames": 9, "temporal_kernel": 1}, "temporal_kernel: expected an odd number .* got 1"),
        ({"temporal_kernel": 3}, r"from 3 to 2 frames - 1, got 3 for 1 frame\(s\)"),
    ],
)
def test_settings_refuse_values_outside_their_range(values, message):
    with pytest.raises(ParameterError, match=message):
        FusionSettings(**values)


def test_settings_take_lists_as_a_profile_gives_them():
    assert FusionSettings.from_dict({"fuse_stages": [5, 4]}).fuse_stages == (4, 5)


def test_streams_must_be_alike(tiny, streams):
    other = SEResNet(tiny.replace(widths=(4, 6, 8, 12)))
    with pytest.raises(ParameterError, match="streams: expected two networks of equal units and"):
        TwoStreamFusionNet(streams[0], other)


def test_a_fused_stage_has_a_second_unit(tiny):
    streams = [SEResNet(tiny.replace(units=(2, 1, 2, 1))) for _ in range(2)]
    TwoStreamFusionNet(*streams, FusionSettings(fuse_stages=(2, 4)))
    with pytest.raises(ParameterError, match=r"stages of two or more units, got \[3, 5\] with one"):
        TwoStreamFusionNet(*streams, FusionSettings(fuse_stages=(2, 3, 5)))


@pytest.mark.parametrize(
    ("frames", "flow", "together"),
    [
        ((2, 3, 32, 32), (3, 3, 32, 32), 1),
        ((2, 3, 32, 32), (2, 3, 64, 64), 1),
        ((3, 32, 32), (3, 32, 32), 1),
        ((2, 3, 3, 32, 32), (2, 3, 3, 32, 32), 1),
        ((2, 3, 32, 32), (2, 3, 32, 32), 2),
        ((2, 3, 3, 32, 32), (2, 3, 3, 32, 32), 2),
        ((2, 2, 3, 32, 32), (2, 1, 3, 32, 32), 2),
    ],
)
def test_images_must_fit_each_other_and_the_settings(fused, frames, flow, together):
    message = r"\(n, 2, c, S, S\), got" if together == 2 else r"\(n, c, S, S\), got"
    with pytest.raises(ParameterError, match=f"images: expected face frames .*{message}"):
        fused(frames=together)(torch.zeros(frames), torch.zeros(flow))
