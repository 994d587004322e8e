import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import SMALL_SE_RESNET, FusionSettings, SEResNet
from mffcnn_core.training import (
    SMALL_JOINT,
    StreamSettings,
    fit_fusion,
    fit_stream,
    history_of,
)
from mffcnn_core.training import _fit as fitting

SETTINGS = StreamSettings(
    network={"dropout": 0.5, "batch_norm": True},
    epochs=5,
    images_per_clip=2,
    batch_size=8,
    learning_rate=0.05,
    momentum=0.9,
    crops={},
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
        before = fitting._Redraw.on_epoch_begin

        def die(self, net, dataset_train=None, **kwargs):
            if len(net.history) == epoch:
                raise RuntimeError("killed")
            before(self, net, dataset_train=dataset_train, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(fitting._Redraw, "on_epoch_begin", die)
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
    path = tmp_path / "sub" / "c.pt"
    if len(history_of(whole)) < epoch:
        pytest.skip("stopped before")
    killed(epoch, lambda: fit(settings, checkpoint=path))
    resumed = fit(settings, checkpoint=path)
    assert _same(resumed, whole)
    assert history_of(resumed) == history_of(whole)
    assert _same(fit(settings, checkpoint=path), whole)  # over, and read again


def test_only_what_is_left_is_trained(fit, killed, tmp_path, capsys):
    killed(4, lambda: fit(checkpoint=tmp_path / "c.pt"))
    fit(checkpoint=tmp_path / "c.pt", progress=True)
    assert "3/5" in capsys.readouterr().err
    fit(checkpoint=tmp_path / "c.pt", progress=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("change", ["settings", "seed"])
def test_a_checkpoint_of_another_training_is_refused(fit, tmp_path, change):
    path = tmp_path / "c.pt"
    fit(SETTINGS.replace(epochs=1), checkpoint=path)
    with pytest.raises(ParameterError, match=r"c.pt: .* one of other settings, clips or seed"):
        if change == "seed":
            fit(SETTINGS.replace(epochs=1), seed=1, checkpoint=path)
        else:
            fit(SETTINGS.replace(epochs=1, learning_rate=0.1), checkpoint=path)


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
            checkpoint=tmp_path / "c.pt",
        )

    run()
    run()
    for other in ({"direction": "S->T"}, {"gate": "literal"}, {"seed": 1}):
        with pytest.raises(ParameterError, match="one of other settings, clips or seed"):
            run(**other)


def test_a_broken_checkpoint_is_refused(fit, tmp_path):
    (tmp_path / "c.pt").write_bytes(b"x")
    with pytest.raises(ParameterError, match=r"c.pt: .*cannot be read.* Delete it and train"):
        fit(checkpoint=tmp_path / "c.pt")


def test_a_checkpoint_holds_no_code(fit, tmp_path):
    fit(SETTINGS.replace(epochs=1, patience=1), checkpoint=tmp_path / "c.pt")
    state = torch.load(tmp_path / "c.pt", weights_only=True)
    assert set(state) == {"training", "network", "optimiser", "history", "stop"}
