import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.training import PaperAdadelta


def _path(make, steps=20):
    """Weights on the way down a slope that differs in every direction."""
    draw = torch.Generator().manual_seed(0)
    w = torch.nn.Parameter(torch.randn(5, generator=draw, dtype=torch.float64))
    slopes = torch.rand(steps, 5, generator=draw, dtype=torch.float64) + 0.5
    optimiser = make([w])
    path = []
    for slope in slopes:
        optimiser.zero_grad()
        (slope * w**2).sum().backward()
        optimiser.step()
        path.append((w.detach().clone(), w.grad.clone()))
    return [torch.stack(values) for values in zip(*path, strict=True)]


@pytest.mark.parametrize("rho", [0.0, 0.2, 0.9])
def test_equations_13_and_14_step_by_step(rho):
    path, gradients = _path(lambda w: PaperAdadelta(w, lr=0.02, rho=rho, eps=0.5))
    mean_square = torch.zeros(5, dtype=torch.float64)
    for k in range(1, len(path)):
        mean_square = rho * mean_square + (1 - rho) * gradients[k - 1] ** 2
        now = rho * mean_square + (1 - rho) * gradients[k] ** 2
        expected = path[k - 1] - 0.02 * gradients[k] / torch.sqrt(now + 0.5)
        torch.testing.assert_close(path[k], expected)


def test_without_epsilon_it_is_rmsprop():
    ours, _ = _path(lambda w: PaperAdadelta(w, lr=0.02, rho=0.2, eps=1e-24))
    theirs, _ = _path(lambda w: torch.optim.RMSprop(w, lr=0.02, alpha=0.2, eps=1e-24))
    torch.testing.assert_close(ours, theirs)


def test_epsilon_inside_the_root_is_not_rmsprops():
    ours, _ = _path(lambda w: PaperAdadelta(w, lr=0.02, rho=0.2, eps=0.1))
    theirs, _ = _path(lambda w: torch.optim.RMSprop(w, lr=0.02, alpha=0.2, eps=0.1))
    assert not torch.allclose(ours, theirs)


def test_equation_12_is_sgd_with_momentum():
    eta, rho = 0.02, 0.2
    path, gradients = _path(lambda w: torch.optim.SGD(w, lr=eta, momentum=rho))
    step = -eta * gradients[0]
    for k in range(1, len(path)):
        step = rho * step - eta * gradients[k]
        torch.testing.assert_close(path[k] - path[k - 1], step)


def test_the_printed_equation_knows_no_direction():
    w = torch.nn.Parameter(torch.tensor([1.0, -1.0]))
    optimiser = PaperAdadelta([w], lr=0.1, literal=True)
    for sign in (1.0, -1.0):
        before = w.detach().clone()
        w.grad = torch.tensor([2.0, -2.0]) * sign
        optimiser.step()
        assert (w < before).all()


def test_rho_1_freezes_the_mean_square_at_0():
    w = torch.nn.Parameter(torch.tensor([1.0]))
    optimiser = PaperAdadelta([w], lr=1e-6, rho=1.0, eps=1e-4, literal=True)
    for _ in range(3):
        w.grad = torch.tensor([5.0])
        optimiser.step()
    assert optimiser.state[w]["mean_square"].item() == 0
    assert w.item() == pytest.approx(1 - 3 * 1e-6 / 1e-2)


def test_rho_1_is_refused_unless_the_printed_equation_is_asked_for():
    w = [torch.nn.Parameter(torch.zeros(1))]
    with pytest.raises(ParameterError, match=r"rho: expected a number in \[0, 1\), got 1.0.*liter"):
        PaperAdadelta(w, rho=1.0)
    with pytest.raises(ParameterError, match="got 1.1"):
        PaperAdadelta(w, rho=1.1, literal=True)


@pytest.mark.parametrize("values", [{"lr": 0.0}, {"eps": 0.0}, {"lr": -1.0}])
def test_rate_and_epsilon_are_positive(values):
    with pytest.raises(ParameterError, match="lr, eps: expected numbers > 0, got"):
        PaperAdadelta([torch.nn.Parameter(torch.zeros(1))], **values)


def test_state_is_saved_and_loaded_like_any_other():
    def halves(resume):
        w = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
        optimiser = PaperAdadelta([w])
        for k in range(4):
            if k == 2 and resume:
                state = optimiser.state_dict()
                optimiser = PaperAdadelta([w], lr=9.0)
                optimiser.load_state_dict(state)
            w.grad = w.detach() * (k + 1)
            optimiser.step()
        return w.detach()

    assert torch.equal(halves(resume=True), halves(resume=False))


def test_a_closure_is_called_and_weights_without_gradient_stay():
    w, idle = (torch.nn.Parameter(torch.ones(1)) for _ in range(2))
    optimiser = PaperAdadelta([w, idle])

    def closure():
        loss = (3 * w).sum()
        loss.backward()
        return loss

    assert optimiser.step(closure).item() == 3
    assert idle.item() == 1
    assert w.item() < 1
