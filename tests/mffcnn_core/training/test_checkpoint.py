import io

import pytest
import torch
from skorch import NeuralNetClassifier

from mffcnn_core.augment import CropSettings
from mffcnn_core.nets import SMALL_SE_RESNET, FrameCNNSettings, FusionSettings, SEResNet
from mffcnn_core.training import (
    SMALL_JOINT,
    StreamSettings,
    _checkpoint,
    fit_fusion,
    fit_stream,
    history_of,
)
from mffcnn_core.training import _callbacks as callbacks

SETTINGS = StreamSettings(
    network=FrameCNNSettings(dropout=0.5, batch_norm=True),
    epochs=5,
    images_per_clip=2,
    batch_size=8,
    learning_rate=0.05,
    momentum=0.9,
    crops=CropSettings(),
    patience=None,
)


@pytest.fixture
def fit(toy_inputs, toy_labels):
    def run(settings=SETTINGS, seed=0, **options):
        return fit_stream(
            toy_inputs, toy_labels, "spatial", settings, classes=2, seed=seed, **options
        )

    return run


@pytest.fixture
def killed(monkeypatch):
    """Make the next training die at the beginning of an epoch."""

    def at(epoch, run):
        before = callbacks.Redraw.on_epoch_begin

        def die(self, net, dataset_train=None, **kwargs):
            if len(net.history) == epoch:
                raise RuntimeError("killed")
            before(self, net, dataset_train=dataset_train, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(callbacks.Redraw, "on_epoch_begin", die)
            with pytest.raises(RuntimeError, match="killed"):
                run()

    return at


def _same(one, other):
    states = one.module_.state_dict(), other.module_.state_dict()
    return all(torch.equal(value, states[1][name]) for name, value in states[0].items())


@pytest.mark.parametrize("optimiser", ["momentum", "adadelta"])
@pytest.mark.parametrize("patience", [None, 2])
@pytest.mark.parametrize("epoch", [2, 4])
def test_what_was_cut_off_ends_with_the_same_weights(
    fit, killed, tmp_path, patience, epoch, optimiser
):
    settings = SETTINGS.replace(patience=patience, optimiser=optimiser, validation_share=0.5)
    whole = fit(settings)
    path = tmp_path / "sub"
    if len(history_of(whole)) < epoch:
        pytest.skip("stopped before")
    killed(epoch, lambda: fit(settings, checkpoints=path))
    resumed = fit(settings, checkpoints=path)
    assert _same(resumed, whole)
    assert history_of(resumed) == history_of(whole)
    assert _same(fit(settings, checkpoints=path), whole)  # over, and read again


def test_only_what_is_left_is_trained(fit, killed, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(_checkpoint, "_SHARE", 0)  # written after every epoch
    killed(4, lambda: fit(checkpoints=tmp_path))
    fit(checkpoints=tmp_path, progress=True)
    assert "3/5" in capsys.readouterr().err
    fit(checkpoints=tmp_path, progress=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("change", ["settings", "seed", "labels", "people"])
def test_trainings_share_a_folder(fit, toy_inputs, toy_labels, tmp_path, change):
    settings = SETTINGS.replace(epochs=1)
    fit(settings, checkpoints=tmp_path)
    if change == "seed":
        fit(settings, seed=1, checkpoints=tmp_path)
    elif change == "settings":
        fit(settings.replace(learning_rate=0.1), checkpoints=tmp_path)
    else:
        own = {"labels": 1 - toy_labels} if change == "labels" else {"labels": toy_labels}
        people = {"subjects": ["x"] * len(toy_inputs)} if change == "people" else {}
        fit_stream(
            toy_inputs,
            stream="spatial",
            settings=settings,
            classes=2,
            seed=0,
            checkpoints=tmp_path,
            **own,
            **people,
        )
    assert len(list(tmp_path.glob("spatial-*.pt"))) == 2


def test_the_start_of_a_joint_training_is_part_of_it(toy_inputs, toy_labels, tmp_path):
    def run(seed=0, **fusion):
        torch.manual_seed(seed)
        return fit_fusion(
            toy_inputs,
            toy_labels,
            {name: SEResNet(SMALL_SE_RESNET, classes=2) for name in ("spatial", "temporal")},
            FusionSettings(**fusion),
            SMALL_JOINT.replace(epochs=1, images_per_clip=1, shift=0),
            seed=0,
            checkpoints=tmp_path,
        )

    run()
    run()
    for number, other in enumerate(
        ({"direction": "S->T"}, {"gate": "literal"}, {"seed": 1}), start=2
    ):
        run(**other)
        assert len(list(tmp_path.iterdir())) == number


def _only(folder):
    (path,) = folder.iterdir()
    return path


@pytest.mark.parametrize("damage", ["flipped", "cut off", "empty"])
def test_a_damaged_checkpoint_is_told_and_made_again(fit, tmp_path, damage):
    settings = SETTINGS.replace(epochs=2)
    whole = fit(settings, checkpoints=tmp_path)
    path = _only(tmp_path)
    good = path.read_bytes()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    path.write_bytes({"flipped": bytes(flipped), "cut off": good[:-9], "empty": b""}[damage])
    with pytest.warns(UserWarning, match=rf"{path.name}: .*damaged file. It is not used"):
        again = fit(settings, checkpoints=tmp_path)
    assert _same(again, whole)


def test_a_checkpoint_holds_no_code(fit, tmp_path):
    fit(SETTINGS.replace(epochs=1, patience=1), checkpoints=tmp_path)
    content = io.BytesIO(_only(tmp_path).read_bytes().partition(b"\n")[2])
    state = torch.load(content, weights_only=True)
    assert set(state) == {"network", "optimiser", "history", "stop"}


@pytest.mark.parametrize("epoch", [2, 5])  # the last one, too
def test_an_interrupt_is_no_wish_to_go_on_with_half_a_training(fit, monkeypatch, epoch):
    step = NeuralNetClassifier.train_step

    def interrupt(net, *args, **kwargs):
        if len(net.history) == epoch:
            raise KeyboardInterrupt
        return step(net, *args, **kwargs)

    monkeypatch.setattr(NeuralNetClassifier, "train_step", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fit()


def test_the_epoch_that_stops_early_is_kept(fit, tmp_path, monkeypatch):
    # with steps of this length the loss on strangers soon rises
    settings = SETTINGS.replace(epochs=40, patience=1, validation_share=0.5, learning_rate=0.5)
    whole = fit(settings, checkpoints=tmp_path)
    assert len(history_of(whole)) < 40

    def refuse(*args, **kwargs):
        raise AssertionError("trained again")

    monkeypatch.setattr(NeuralNetClassifier, "train_step", refuse)
    again = fit(settings, checkpoints=tmp_path)
    assert _same(again, whole)
    assert history_of(again) == history_of(whole)


def test_a_finished_training_in_mixed_precision_is_read_as_a_plain_network(fit, tmp_path):
    settings = SETTINGS.replace(epochs=1, precision="bf16")
    whole, again = (fit(settings, checkpoints=tmp_path) for _ in range(2))
    assert _same(again, whole)
    assert type(again.module_) is type(whole.module_)


@pytest.mark.parametrize(("share", "written"), [(0, 5), (1e9, 2)])
def test_writing_takes_no_more_than_its_share_of_the_time(
    fit, tmp_path, monkeypatch, share, written
):
    count = []
    before = _checkpoint.Checkpoint._write

    def counted(self, net):
        count.append(len(net.history))
        before(self, net)

    monkeypatch.setattr(_checkpoint, "_SHARE", share)
    monkeypatch.setattr(_checkpoint.Checkpoint, "_write", counted)
    whole = fit(checkpoints=tmp_path)
    assert len(count) == written
    assert (count[0], count[-1]) == (1, 5)
    assert _same(fit(checkpoints=tmp_path), whole)  # the last epoch was kept
