import pytest
import torch
from torch.nn import functional

from mffcnn_core.training import LOSSES, BCEOnSoftmax


@pytest.fixture
def scores():
    return torch.randn(7, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.fixture
def labels():
    return torch.tensor([0, 5, 2, 2, 1, 4, 3])


def test_equation_11_is_binary_cross_entropy_of_every_class(scores, labels):
    a, y = scores.softmax(dim=1), functional.one_hot(labels, 6).double()
    expected = functional.binary_cross_entropy(a, y, reduction="sum") / len(labels)
    torch.testing.assert_close(BCEOnSoftmax()(scores, labels), expected)


def test_its_gradient_is_right(scores, labels):
    assert torch.autograd.gradcheck(lambda s: BCEOnSoftmax()(s, labels), scores.requires_grad_())


@pytest.mark.parametrize("sure", [30.0, 200.0])
def test_a_sure_network_has_a_finite_loss_and_gradient(sure):
    scores = torch.tensor([[sure, 0.0, 0.0]], requires_grad=True)
    right, wrong = (BCEOnSoftmax()(scores, torch.tensor([k])) for k in (0, 1))
    assert right.item() == pytest.approx(0, abs=1e-6)
    assert wrong.item() == pytest.approx(2 * sure, rel=0.05)  # ln a_1 and ln(1 - a_0)
    wrong.backward()
    assert torch.isfinite(scores.grad).all()


def test_categorical_is_the_part_of_the_true_class(scores, labels):
    categorical = LOSSES["categorical"]()(scores, labels)
    expected = -scores.softmax(dim=1)[torch.arange(7), labels].log().mean()
    torch.testing.assert_close(categorical, expected)
    assert LOSSES["bce_on_softmax"]()(scores, labels) > categorical


def test_the_meant_reading_comes_first():
    assert list(LOSSES) == ["categorical", "bce_on_softmax"]
