import matplotlib.pyplot as plt
import numpy as np
import pytest

from mffcnn_book.plots import plot_timeline
from mffcnn_core.errors import ParameterError

FACES = np.zeros((40, 8, 8, 3), np.uint8)
TIMES = np.arange(41) / 10
SPANS = np.array([[0, 20], [10, 30], [20, 40]])
SCORES = np.array([[0.0, 1.0], [2.0, 1.0], [0.0, 3.0]])


def test_the_best_expression_of_each_window_is_framed():
    figure = plot_timeline(FACES, SCORES, SPANS, ["a", "b"], times=TIMES, shown=4)
    *faces, heat, _ = figure.axes
    assert len(faces) == 4
    assert [ax.get_title() for ax in faces] == ["0.0 s", "1.3 s", "2.6 s", "3.9 s"]
    boxes = [(box.get_x(), box.get_y(), box.get_width()) for box in heat.patches]
    assert boxes == [(0.0, 0.5, 1.5), (1.5, -0.5, 1.0), (2.5, 0.5, 1.5)]
    plt.close(figure)


def test_shapes_must_fit():
    with pytest.raises(ParameterError, match=r"expected scores of shape \(2, 2\), .* got \(3, 2\)"):
        plot_timeline(FACES, SCORES, SPANS[:2], ["a", "b"], times=TIMES)
    with pytest.raises(ParameterError, match="one time more than faces, got .* 40 and 40"):
        plot_timeline(FACES, SCORES, SPANS, ["a", "b"], times=TIMES[:-1])
