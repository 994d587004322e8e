"""Readings of the paper's loss, Eq. (11), of one stream and of two."""

import torch
from torch import Tensor, nn

from mffcnn_core.nets import FusionOutput


class BCEOnSoftmax(nn.Module):
    """Binary cross entropy of each class's probability: Eq. (11) as it is printed.

    ::

        a = softmax(scores)                                                   Eq. (2)
        C = -1/n sum over clips and classes of y ln a + (1 - y) ln(1 - a)     Eq. (11)

    with y = 1 for the true class and 0 for the others.

    Paper: Sec. 3.6, Eq. (11).

    Notes
    -----
    Departures from the paper: (I) The sum is printed without an index; it is read as one
    over samples and classes.  (II) ``ln(1 - a)`` is computed from the scores of the other
    classes, ``1 - a_k = sum_(j != k) a_j``, so that a sure network gives no infinity.

    Examples
    --------
    >>> loss = BCEOnSoftmax()(torch.zeros(1, 2), torch.tensor([0]))
    >>> round(loss.item(), 4)  # twice ln 2
    1.3863
    """

    def forward(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss of scores (n, k), k >= 2, for labels (n,)."""
        own = torch.eye(scores.shape[1], dtype=torch.bool, device=scores.device)
        others = scores.unsqueeze(1).masked_fill(own, -torch.inf).logsumexp(dim=2)
        total = scores.logsumexp(dim=1, keepdim=True)
        true = own[labels]
        terms = torch.where(true, scores - total, others - total)
        return -terms.sum(dim=1).mean()


LOSSES: dict[str, type[nn.Module]] = {
    "categorical": nn.CrossEntropyLoss,
    "bce_on_softmax": BCEOnSoftmax,
}
"""Eq. (11) by reading, what is meant for six classes (the default), and what is printed."""


class FusionLoss(nn.Module):
    """The losses of both streams of a fused network, added.

    Paper: Sec. 3.5, Eq. (11).

    Parameters
    ----------
    loss : torch module
        Of one stream's scores (n, classes) and labels (n,).
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, output: FusionOutput, labels: Tensor) -> Tensor:
        """Return the sum of both streams' losses."""
        return self.loss(output.spatial.scores, labels) + self.loss(output.temporal.scores, labels)
