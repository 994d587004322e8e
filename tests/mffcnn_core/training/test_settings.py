import pytest

from mffcnn_core.augment import CropSettings
from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import SMALL_SE_RESNET, FrameCNNSettings
from mffcnn_core.training import SMALL_SE_STREAM, StreamSettings


def test_a_profile_reaches_into_the_network():
    settings = StreamSettings.from_dict({"epochs": 3, "network": {"kernels": [11, 9]}})
    assert settings.network == FrameCNNSettings(kernels=(11, 9))
    assert settings.replace(epochs=4).network == settings.network
    changed = settings.replace(network={"pool": 4})
    assert changed.network == FrameCNNSettings(kernels=(11, 9), pool=4)
    with pytest.raises(ParameterError, match=r"FrameCNNSettings: .* got 'kernel'. Did you mean"):
        StreamSettings.from_dict({"network": {"kernel": [11, 9]}})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epochs": 0}, "epochs: expected at least 1, got 0"),
        ({"images_per_clip": 0}, "images_per_clip: expected at least 1"),
        ({"batch_size": 0}, "batch_size: expected at least 1"),
        ({"shift": -1}, "shift: expected at least 0, got -1"),
        ({"weight_decay": -0.1}, "weight_decay: expected at least 0"),
        ({"threads": 0}, "threads: expected at least 1"),
        ({"patience": 0}, "patience: expected at least 1"),
        ({"learning_rate": 0.0}, "learning_rate: expected a number > 0, got 0.0"),
        ({"gain": 1.0}, r"gain: expected a share in \[0, 1\), got 1.0"),
        ({"momentum": 1.0}, r"momentum: expected a share in \[0, 1\), got 1.0"),
        ({"optimiser": "momentun"}, "optimiser: .* 'momentun'. Did you mean 'momentum'"),
        ({"loss": "bce"}, "loss: expected one of categorical, bce_on_softmax, got 'bce'"),
        ({"precision": "half"}, "precision: expected one of full, bf16, fp16, got 'half'"),
        ({"optimiser": "adadelta", "weight_decay": 0.1}, "weight_decay: expected 0 with"),
        ({"weights": "torchvision"}, "weights: expected None for a FrameCNN"),
        ({"crops": {"side": 3}}, "got 'side'. Did you mean 'sides'"),
        ({"validation_share": 1.0}, r"validation_share: expected a share in \(0, 1\), got 1.0"),
    ],
)
def test_values_outside_their_range_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        StreamSettings.from_dict(values)


def test_a_kind_of_network_stays_when_some_of_its_settings_change():
    changed = SMALL_SE_STREAM.replace(network={"dropout": 0.1}, crops={"draws": 1})
    assert changed.network == SMALL_SE_RESNET.replace(dropout=0.1)
    assert changed.crops == CropSettings(draws=1)
    assert SMALL_SE_STREAM.replace(**changed.to_dict()) == changed
