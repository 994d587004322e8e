"""The paper's second optimiser, Eqs. (13) and (14)."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from mffcnn_core.errors import ParameterError


class PaperAdadelta(Optimizer):
    """Scale each gradient by its running root mean square.

    ::

        E[g^2] <- rho E[g^2] + (1 - rho) g^2              Eq. (13)
        dw      = -eta g / sqrt(E[g^2] + eps)             Eq. (14), with its gradient

    Paper: Sec. 3.6, Eqs. (13), (14).  Eq. (12), the first optimiser, is
    ``torch.optim.SGD(lr=eta, momentum=rho)``: ``dw_t = rho dw_(t-1) - eta g``.

    Parameters
    ----------
    params : iterable of Tensor or of parameter groups
    lr : float
        eta > 0.
    rho : float
        Share of the past in E[g^2], in [0, 1).
    eps : float
        > 0.
    literal : bool
        Eq. (14) as it is printed, without the gradient; then ``rho = 1`` is let through.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) Eq. (14) is printed without g: every weight would fall
    for ever, whatever the data.  (II) With g this is RMSProp with eps inside the root;
    Adadelta, as the paper calls it, puts a running mean of the steps in the place of eta.
    (III) The paper tries rho from 0.1 to 1; at 1, E[g^2] stays 0 for ever.

    Examples
    --------
    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimiser = PaperAdadelta([w], lr=0.1, rho=0.75)
    >>> w.grad = torch.tensor([8.0])
    >>> _ = optimiser.step()  # E = 0.25 * 64, dw = -0.1 * 8 / 4
    >>> w
    Parameter containing:
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 0.02,
        rho: float = 0.2,
        eps: float = 1e-8,
        *,
        literal: bool = False,
    ) -> None:
        if not (lr > 0 and eps > 0):
            raise ParameterError(
                f"lr, eps: expected numbers > 0, got {lr} and {eps}. The paper's eta is 0.02."
            )
        if not (0 <= rho < 1 or (literal and rho == 1)):
            raise ParameterError(
                f"rho: expected a number in [0, 1), got {rho}. At 1 no gradient would ever enter "
                "E[g^2]; only literal=True lets 1 through."
            )
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps, "literal": literal})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:
        """Take one step and return the loss of ``closure`` if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [w for w in group["params"] if w.grad is not None]
            if not weights:
                continue
            for w in weights:
                if not self.state[w]:
                    self.state[w]["mean_square"] = torch.zeros_like(w)
            gradients = [w.grad for w in weights]
            squares = [self.state[w]["mean_square"] for w in weights]
            # one operation for all weights, where starting one takes longer than its work
            torch._foreach_mul_(squares, group["rho"])
            torch._foreach_addcmul_(squares, gradients, gradients, 1 - group["rho"])
            roots = torch._foreach_add(squares, group["eps"])
            torch._foreach_sqrt_(roots)
            if group["literal"]:
                gradients = [torch.ones_like(w) for w in weights]
            torch._foreach_addcdiv_(weights, gradients, roots, -group["lr"])
        return loss
