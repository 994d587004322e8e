import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import FrameCNNSettings
from mffcnn_core.training import StreamSettings


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
        ({"gain": 1.0}, r"gain: expected a number in \[0, 1\), got 1.0"),
        ({"momentum": 1.0}, r"momentum: expected a number in \[0, 1\), got 1.0"),
        ({"validation_share": 1.0}, r"validation_share: expected a share in \(0, 1\), got 1.0"),
    ],
)
def test_values_outside_their_range_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        StreamSettings(**values)
