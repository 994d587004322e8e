import numpy as np
import pytest

from mffcnn_core.dbn import DescentSettings
from mffcnn_core.dbn._descent import descend
from mffcnn_core.errors import ParameterError


def test_every_step_is_equation_12():
    w, b = np.array([[4.0]]), np.array([2.0])
    settings = DescentSettings(
        epochs=3, batch_size=5, learning_rate=0.1, momentum=0.5, weight_decay=0.2
    )
    rng = np.random.default_rng(0)
    descend([w, b], lambda rows: ([w.copy(), b.copy()], 0.0), 5, settings, rng)
    values, steps = {"w": 4.0, "b": 2.0}, {"w": 0.0, "b": 0.0}
    for _ in range(3):
        for name, decay in (("w", 0.2), ("b", 0.0)):
            g = values[name] + decay * values[name]
            steps[name] = 0.5 * steps[name] - 0.1 * g
            values[name] += steps[name]
    assert w[0, 0] == pytest.approx(values["w"])
    assert b[0] == pytest.approx(values["b"])


def test_every_epoch_passes_every_sample_once_in_another_order():
    seen = []

    def gradients(rows):
        seen.append(rows)
        return [np.zeros(1)], float(rows.mean())

    settings = DescentSettings(epochs=2, batch_size=4)
    history = descend([np.zeros(1)], gradients, 10, settings, np.random.default_rng(0))
    assert max(map(len, seen)) <= 4
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == list(range(10))
    assert (first != second).any()
    assert history == pytest.approx([4.5, 4.5])  # batches weigh by their size


@pytest.mark.parametrize("progress", [False, True])
def test_progress_is_silent_unless_asked_for(progress, capsys):
    descend(
        [np.zeros(1)], lambda rows: ([np.zeros(1)], 0.0), 1, DescentSettings(epochs=2),
        np.random.default_rng(0), name="machine 1", progress=progress,
    )  # fmt: skip
    assert ("machine 1" in capsys.readouterr().err) == progress


def test_weights_that_run_away_are_reported():
    w = np.ones((1, 1))
    with pytest.raises(
        ParameterError, match=r"descent: expected finite weights, .* learning_rate=1e\+200"
    ):
        descend(
            [w], lambda rows: ([-w], 0.0), 1, DescentSettings(learning_rate=1e200),
            np.random.default_rng(0),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epochs": -1}, "epochs: expected at least 0, got -1"),
        ({"batch_size": 0}, "batch_size: expected at least 1, got 0"),
        ({"weight_decay": -0.1}, "weight_decay: expected at least 0, got -0.1"),
        ({"learning_rate": 0.0}, "learning_rate: expected a number > 0, got 0.0"),
        ({"momentum": 1.0}, r"momentum: expected a share in \[0, 1\), got 1.0"),
    ],
)
def test_settings_outside_their_range_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        DescentSettings(**values)
