from dataclasses import replace

import numpy as np
import pytest
import torch

from mffcnn_core.errors import ParameterError, WeightsError
from mffcnn_core.features import OrderedFlowMaps, load_inputs
from mffcnn_core.nets import SMALL_SE_RESNET, FusionSettings, SEResNet, TwoStreamFusionNet
from mffcnn_core.training import (
    SMALL_JOINT,
    BCEOnSoftmax,
    FusionLoss,
    PaperAdadelta,
    StreamSettings,
    fit_fusion,
    fit_stream,
    history_of,
    inner_split,
)
from mffcnn_core.training import _callbacks as callbacks

QUICK = StreamSettings(
    epochs=4, images_per_clip=2, batch_size=8, learning_rate=0.05, momentum=0.9, patience=None
)


def _fit(inputs, labels, settings=QUICK, seed=0, **options):
    return fit_stream(inputs, labels, "spatial", settings, classes=2, seed=seed, **options)


def _weights(net):
    return torch.cat([value.flatten().double() for value in net.module_.state_dict().values()])


def test_a_network_learns_what_can_be_seen(toy_inputs, toy_labels):
    history = history_of(_fit(toy_inputs, toy_labels))
    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    assert history[-1]["train_loss"] < 0.3 < history[0]["train_loss"]
    assert "valid_loss" not in history[0]


def test_same_seed_same_weights(toy_inputs, toy_labels):
    weights = _weights(_fit(toy_inputs, toy_labels))
    torch.rand(3)  # the state of torch's own generator has no say
    assert torch.equal(weights, _weights(_fit(toy_inputs, toy_labels)))
    assert not torch.equal(weights, _weights(_fit(toy_inputs, toy_labels, seed=1)))


def test_a_fit_leaves_torch_as_it_was(toy_inputs, toy_labels):
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    threads = torch.get_num_threads()
    _fit(toy_inputs, toy_labels, QUICK.replace(epochs=1, threads=threads + 1))
    assert torch.equal(torch.rand(1), expected)
    assert torch.get_num_threads() == threads


def test_the_optimiser_is_eq_12(toy_inputs, toy_labels):
    optimiser = _fit(toy_inputs, toy_labels, QUICK.replace(epochs=1, weight_decay=0.1)).optimizer_
    group = optimiser.param_groups[0]
    assert type(optimiser) is torch.optim.SGD
    assert (group["lr"], group["momentum"], group["dampening"]) == (0.05, 0.9, 0)
    assert group["weight_decay"] == 0.1
    assert not group["nesterov"]


def test_early_stopping_stops_and_takes_the_best_epoch(toy_inputs, toy_labels):
    # the validation people's labels are wrong: their loss rises as the others' falls
    _, held_back = inner_split(toy_inputs.subjects, share=0.25, seed=0)
    labels = toy_labels.copy()
    labels[held_back] = 1 - labels[held_back]
    net = _fit(toy_inputs, labels, QUICK.replace(epochs=30, patience=2, validation_share=0.25))
    history = history_of(net)
    losses = [row["valid_loss"] for row in history]
    assert len(history) == int(np.argmin(losses)) + 1 + 2 < 30
    short = QUICK.replace(epochs=int(np.argmin(losses)) + 1, patience=50, validation_share=0.25)
    assert torch.equal(_weights(net), _weights(_fit(toy_inputs, labels, short)))


def test_validation_people_leave_no_trace_in_the_weights(toy_inputs, toy_labels):
    settings = QUICK.replace(patience=50)
    _, held_back = inner_split(toy_inputs.subjects, share=0.2, seed=0)
    net = _fit(toy_inputs, toy_labels, settings.replace(epochs=1))
    stack = toy_inputs.stacks["spatial"]
    faces = stack.rows.copy()
    for clip in held_back:
        start = stack.starts[clip]
        faces[start : start + toy_inputs.lengths[clip]] = 255
    stacks = toy_inputs.stacks | {"spatial": replace(stack, rows=faces)}
    poisoned = replace(toy_inputs, stacks=stacks)
    other = _fit(poisoned, toy_labels, settings.replace(epochs=1))
    assert torch.equal(_weights(net), _weights(other))
    assert history_of(net)[0]["valid_loss"] != history_of(other)[0]["valid_loss"]


def test_images_are_standardised_by_the_fitted_people_only(toy_inputs, toy_labels):
    settings = QUICK.replace(epochs=1, patience=5)
    fit, _ = inner_split(toy_inputs.subjects, share=0.2, seed=0)
    net = _fit(toy_inputs, toy_labels, settings)
    # both images of each clip are alike up to noise: compare with all frames, loosely
    stack = toy_inputs.stacks["spatial"]
    rows = np.concatenate([np.arange(6) + stack.starts[clip] for clip in fit])
    mean = stack.rows[rows].mean(axis=(0, 1, 2))
    np.testing.assert_allclose(net.module_.standardise.mean.flatten(), mean, rtol=0.01)


def test_a_channel_that_is_empty_by_choice_is_no_obstacle(toy_clips, toy_labels):
    maps = {"spatial": OrderedFlowMaps(window=3, third="zero")}
    inputs = load_inputs(toy_clips, 16, maps)
    net = _fit(inputs, toy_labels, QUICK.replace(epochs=1))
    mean, std = net.module_.standardise.mean.flatten(), net.module_.standardise.std.flatten()
    assert (mean[2], std[2]) == (0, 1)
    assert (std[:2] > 1).all()


def test_images_that_are_all_alike_are_refused(toy_clips, toy_labels):
    maps = {"spatial": OrderedFlowMaps(window=3, third="zero")}
    inputs = load_inputs(toy_clips, 16, maps)
    blank = replace(
        inputs,
        stacks={
            "spatial": replace(inputs.stacks["spatial"], rows=0 * inputs.stacks["spatial"].rows)
        },
    )
    with pytest.raises(ParameterError, match="a channel that is the same everywhere"):
        _fit(blank, toy_labels, QUICK.replace(epochs=1))


def test_inner_split_is_by_person_and_seeded():
    subjects = ["a", "b", "c", "d", "e"] * 3
    fit, held_back = inner_split(subjects, share=0.4, seed=1)
    people = {subjects[i] for i in held_back}
    assert len(people) == 2
    assert not people & {subjects[i] for i in fit}
    assert sorted([*fit, *held_back]) == list(range(15))
    np.testing.assert_array_equal(held_back, inner_split(subjects, share=0.4, seed=1)[1])
    chosen = {tuple(inner_split(subjects, share=0.4, seed=s)[1]) for s in range(8)}
    assert len(chosen) > 1


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_inner_split_leaves_somebody_on_both_sides(share):
    fit, held_back = inner_split(["a", "b", "c"], share=share, seed=0)
    assert len(fit) >= 1
    assert len(held_back) >= 1


def test_one_person_cannot_stop_early():
    with pytest.raises(ParameterError, match="expected at least two training people, got 1"):
        inner_split(["a", "a"], share=0.2, seed=0)


def test_every_clip_needs_a_label(toy_inputs):
    with pytest.raises(ParameterError, match=r"labels: expected one per clip, got 1 for 24"):
        _fit(toy_inputs, [0])


def test_training_is_silent_unless_asked(toy_inputs, toy_labels, capsys):
    settings = QUICK.replace(epochs=3, patience=1)
    _fit(toy_inputs, toy_labels, settings)
    assert capsys.readouterr() == ("", "")
    _fit(toy_inputs, toy_labels, settings, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "train" in captured.err
    assert "epoch" in captured.err


@pytest.mark.parametrize(
    ("changes", "kind", "loss"),
    [
        ({"optimiser": "adadelta", "momentum": 0.5}, PaperAdadelta, torch.nn.CrossEntropyLoss),
        ({"optimiser": "adadelta_literal"}, PaperAdadelta, torch.nn.CrossEntropyLoss),
        ({"loss": "bce_on_softmax"}, torch.optim.SGD, BCEOnSoftmax),
    ],
)
def test_readings_of_the_paper_are_used(toy_inputs, toy_labels, changes, kind, loss):
    net = _fit(toy_inputs, toy_labels, QUICK.replace(epochs=1, **changes))
    assert type(net.optimizer_) is kind
    assert isinstance(net.criterion_, loss)
    if kind is PaperAdadelta:
        group = net.optimizer_.param_groups[0]
        assert group["literal"] == (changes["optimiser"] == "adadelta_literal")
        assert group["rho"] == changes.get("momentum", 0.9)


def test_weights_to_begin_with_are_asked_for(toy_inputs, toy_labels, tmp_path):
    settings = StreamSettings(
        network=SMALL_SE_RESNET, epochs=1, learning_rate=1e-12, patience=None, momentum=0.0
    )
    with pytest.raises(WeightsError, match=r"none.pth: expected a file of weights"):
        _fit(toy_inputs, toy_labels, settings.replace(weights=tmp_path / "none.pth"))


@pytest.mark.parametrize("when", [1, 3])
def test_a_wish_to_stop_is_heard(toy_inputs, toy_labels, monkeypatch, when):
    """skorch takes Ctrl-C for a wish to go on with what has been trained so far."""
    before = callbacks.Redraw.on_epoch_begin

    def interrupt(self, net, dataset_train=None, **kwargs):
        if len(net.history) == when:
            raise KeyboardInterrupt
        before(self, net, dataset_train=dataset_train, **kwargs)

    monkeypatch.setattr(callbacks.Redraw, "on_epoch_begin", interrupt)
    with pytest.raises(KeyboardInterrupt):
        _fit(toy_inputs, toy_labels)


def test_mixed_precision_on_a_cpu(toy_inputs, toy_labels, capsys):
    full, mixed = (
        _fit(toy_inputs, toy_labels, QUICK.replace(precision=precision))
        for precision in ("full", "bf16")
    )
    assert capsys.readouterr() == ("", "")
    assert history_of(mixed)[-1]["train_loss"] < 0.3
    assert history_of(mixed) != history_of(full)
    assert next(mixed.module_.parameters()).dtype == torch.float32
    with pytest.raises(ParameterError, match="'full' or 'bf16' on the CPU, got 'fp16'"):
        _fit(toy_inputs, toy_labels, QUICK.replace(precision="fp16"))


@pytest.fixture
def streams():
    torch.manual_seed(0)
    return {name: SEResNet(SMALL_SE_RESNET, classes=2) for name in ("spatial", "temporal")}


JOINT = SMALL_JOINT.replace(epochs=3, images_per_clip=2, batch_size=16, shift=0)


def test_two_streams_learn_together_and_their_beginnings_stay(toy_inputs, toy_labels, streams):
    before = {name: _state(network) for name, network in streams.items()}
    net = fit_fusion(toy_inputs, toy_labels, streams, FusionSettings(), JOINT, seed=0)
    losses = [row["train_loss"] for row in history_of(net)]
    assert losses[-1] < losses[0]
    for name, network in streams.items():
        assert torch.equal(_state(network), before[name])
        assert not torch.equal(_state(getattr(net.module_, name)), before[name])
    again = fit_fusion(toy_inputs, toy_labels, streams, FusionSettings(), JOINT, seed=0)
    assert torch.equal(_weights(again), _weights(net))


def _state(network):
    return torch.cat([value.flatten().double() for value in network.state_dict().values()])


def test_each_stream_has_a_loss_of_its_own(streams):
    network = TwoStreamFusionNet(*streams.values(), FusionSettings(fuse_stages=()))
    output = network(torch.rand(4, 3, 32, 32), torch.rand(4, 3, 32, 32))
    labels = torch.tensor([0, 1, 1, 0])
    loss = torch.nn.CrossEntropyLoss()
    expected = loss(output.spatial.scores, labels) + loss(output.temporal.scores, labels)
    torch.testing.assert_close(FusionLoss(loss)(output, labels), expected)
