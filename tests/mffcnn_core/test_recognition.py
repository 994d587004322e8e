import numpy as np

from mffcnn_core.recognition import class_scores, linear_svm


def test_two_classes_have_two_columns_and_more_have_as_many():
    X = np.array([[0.0, 0.1], [0.2, 0.0], [3.0, 0.1], [3.1, 0.0], [0.0, 4.0], [0.1, 4.1]])
    y = np.repeat(["a", "b", "c"], 2)
    two = class_scores(linear_svm(1.0).fit(X[:4], y[:4]), X[:4])
    assert two.shape == (4, 2)
    assert two.argmax(axis=1).tolist() == [0, 0, 1, 1]
    three = class_scores(linear_svm(1.0).fit(X, y), X)
    assert three.argmax(axis=1).tolist() == [0, 0, 1, 1, 2, 2]
