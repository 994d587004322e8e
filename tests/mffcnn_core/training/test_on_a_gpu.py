"""What only a GPU can show; elsewhere these tests are skipped, and the same code runs on a CPU."""

import numpy as np
import pytest
import torch

from mffcnn_core.augment import CropSettings
from mffcnn_core.features import FlowImages, _inputs, fusion_parts, load_inputs
from mffcnn_core.nets import SMALL_SE_RESNET, FusionSettings, SEResNet, TwoStreamFusionNet
from mffcnn_core.training import (
    SMALL_JOINT,
    SampledImages,
    StreamSettings,
    _net,
    fit_fusion,
    fit_stream,
    history_of,
)

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")

SETTINGS = StreamSettings(
    network=SMALL_SE_RESNET,
    epochs=4,
    images_per_clip=3,
    batch_size=16,  # of 72 images: the last batch is a smaller one
    learning_rate=0.02,
    momentum=0.9,
    shift=1,
    patience=None,
)


def _fit(inputs, labels, settings=SETTINGS):
    return fit_stream(inputs, labels, "spatial", settings, classes=2, seed=0, device="cuda")


@pytest.mark.parametrize("share", [0.6, 0.0])
@pytest.mark.parametrize("crops", [None, CropSettings(mirror=True)])
def test_images_are_those_of_the_cpu(toy_inputs, toy_labels, monkeypatch, crops, share):
    monkeypatch.setattr(_inputs, "_SHARE", share)
    made = []
    for device in ("cpu", "cuda"):
        inputs = toy_inputs[np.arange(len(toy_inputs))]
        for stack in inputs.stacks.values():
            stack.placed.clear()
        data = SampledImages(
            inputs,
            toy_labels,
            ("spatial", "temporal"),
            per_clip=2,
            shift=2,
            mirror=True,
            gain=0.2,
            crops=crops,
            device=device,
        )
        data.redraw(1)
        assert data.resident == (device == "cpu" or share > 0)
        made.append(data.__getitems__(list(range(len(data)))))
    (images, labels), (on_gpu, gpu_labels) = made
    assert torch.equal(labels, gpu_labels.cpu())
    for name, own in images.items():
        assert on_gpu[name].is_cuda
        torch.testing.assert_close(on_gpu[name].cpu(), own, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("changes", [{}, {"optimiser": "adadelta", "learning_rate": 5e-4}])
@pytest.mark.parametrize("precision", ["full", "bf16"])
def test_a_replayed_step_is_the_step(toy_inputs, toy_labels, monkeypatch, changes, precision):
    settings = SETTINGS.replace(precision=precision, **changes)
    captured = _fit(toy_inputs, toy_labels, settings)
    assert [row["captured"] for row in history_of(captured)] == [1] * 4
    monkeypatch.setattr(_net.StepsMixin, "_may_capture", lambda self: False)
    plain = _fit(toy_inputs, toy_labels, settings)
    assert history_of(plain)[-1]["captured"] == 0
    losses = [[row["train_loss"] for row in history_of(net)] for net in (captured, plain)]
    np.testing.assert_allclose(losses[0][0], losses[1][0], rtol=0.05)
    assert losses[0][-1] < 0.5 * losses[0][0]
    steps = [
        net.module_.state_dict()["conv1.norm.num_batches_tracked"] for net in (captured, plain)
    ]
    assert steps[0] == steps[1] == 4 * 5


@pytest.fixture
def exact():
    """Compute convolutions in single precision: TF32 has no more than three digits."""
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    yield
    torch.backends.cudnn.allow_tf32 = before


@pytest.mark.usefixtures("exact")
def test_a_gpu_takes_the_course_of_the_cpu(toy_inputs, toy_labels):
    settings = SETTINGS.replace(epochs=2, learning_rate=1e-3, momentum=0.0)
    cpu = fit_stream(toy_inputs, toy_labels, "spatial", settings, classes=2, seed=0)
    losses = [
        [row["train_loss"] for row in history_of(net)]
        for net in (cpu, _fit(toy_inputs, toy_labels, settings))
    ]
    np.testing.assert_allclose(losses[0], losses[1], rtol=0.02)


def test_dropout_is_drawn_anew_in_each_replay(toy_inputs, toy_labels):
    network = SMALL_SE_RESNET.replace(dropout=0.5)
    settings = SETTINGS.replace(network=network, learning_rate=1e-12, momentum=0.0, shift=0)
    losses = [row["train_loss"] for row in history_of(_fit(toy_inputs, toy_labels, settings))]
    assert len(set(losses)) == len(losses)


def test_what_cannot_be_captured_is_trained_and_told(toy_inputs, toy_labels, monkeypatch):
    def refuse(self, net, batch):
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(_net.CapturedStep, "__init__", refuse)
    with pytest.warns(UserWarning, match="training: expected steps that can be recorded"):
        net = _fit(toy_inputs, toy_labels)
    assert {row["captured"] for row in history_of(net)} == {0}


@pytest.mark.usefixtures("exact")
def test_two_streams_train_and_their_features_are_those_of_the_cpu(toy_inputs, toy_labels):
    torch.manual_seed(0)
    streams = {name: SEResNet(SMALL_SE_RESNET, classes=2) for name in ("spatial", "temporal")}
    settings = SMALL_JOINT.replace(epochs=2, images_per_clip=2, batch_size=16)
    net = fit_fusion(
        toy_inputs, toy_labels, streams, FusionSettings(), settings, seed=0, device="cuda"
    )
    assert history_of(net)[-1]["captured"] == 1
    network = TwoStreamFusionNet(*streams.values(), FusionSettings())
    own = fusion_parts(network, toy_inputs)
    on_gpu = fusion_parts(network, toy_inputs, device="cuda")  # of a network that lay on the CPU
    for name, parts in own.responses.items():
        for one, other in zip(parts, on_gpu.responses[name], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-3)


def test_early_stopping_on_a_gpu(toy_clips, toy_labels):
    inputs = load_inputs(toy_clips, 16, {"spatial": FlowImages()})
    net = _fit(inputs, toy_labels, SETTINGS.replace(patience=2, epochs=5))
    assert {"valid_loss", "valid_acc"} <= set(history_of(net)[-1])
