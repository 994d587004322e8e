"""ImageNet weights of a residual network, loaded around squeeze-excitation."""

import re
from typing import TYPE_CHECKING

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets._weights import TORCHVISION, Weights, match_weights, read_weights

if TYPE_CHECKING:  # it imports this module
    from mffcnn_core.nets._se_resnet import SEResNet

# The networks for which torchvision has weights: name by kind of unit and units per stage.
_TORCHVISION_NETWORKS = {
    ("basic", (2, 2, 2, 2)): "resnet18",
    ("basic", (3, 4, 6, 3)): "resnet34",
    ("bottleneck", (3, 4, 6, 3)): "resnet50",
    ("bottleneck", (3, 4, 23, 3)): "resnet101",
    ("bottleneck", (3, 8, 36, 3)): "resnet152",
}


def _own_name(name: str) -> str:
    """Return the name in :class:`SEResNet` of a parameter of torchvision's ResNet."""
    rules = (
        (r"conv1\.", r"conv1.conv."),
        (r"bn1\.", r"conv1.norm."),
        (r"layer(\d)\.(\d+)\.conv", r"conv{}.{}.branch.conv"),
        (r"layer(\d)\.(\d+)\.bn", r"conv{}.{}.branch.norm"),
        (r"layer(\d)\.(\d+)\.downsample\.0", r"conv{}.{}.skip.conv"),
        (r"layer(\d)\.(\d+)\.downsample\.1", r"conv{}.{}.skip.norm"),
    )
    for pattern, own in rules:
        if found := re.match(pattern, name):
            # torchvision counts stages of units from 1 and units from 0
            return own.format(*(int(n) + 1 for n in found.groups())) + name[found.end() :]
    return name


def load_resnet_weights(network: "SEResNet", weights: Weights = TORCHVISION) -> tuple[str, ...]:
    """Load a ResNet's weights into the convolutions and normalisations of an SE-ResNet.

    Paper: Sec. 3.5; torchvision has no SE-ResNet weights.

    Parameters
    ----------
    network : SEResNet
        Changed in place.
    weights : path, ``"torchvision"``, or mapping of names to tensors
        State dict of torchvision's ResNet with the same units; ``"torchvision"``
        downloads the one trained on ImageNet.

    Returns
    -------
    tuple of str
        Names of the parameters that keep the values they had: those of the
        squeeze-excitation and of the output layer.

    Raises
    ------
    WeightsError
        If the weights cannot be had, or are not those of this network: every other name
        must have its counterpart.
    """
    s = network.settings
    model = _TORCHVISION_NETWORKS.get((s.block, s.units), "")
    if (
        isinstance(weights, str)
        and weights == TORCHVISION
        and not (model and s.widths == type(s).widths)
    ):
        raise ParameterError(
            f"weights: expected a network that torchvision has, got {s.block} units {s.units} of "
            f"widths {s.widths}. Take the settings of SE-ResNet-50 or pass weights=<file>."
        )
    state = read_weights(weights, model=model, option="weights")
    given = {_own_name(name): v for name, v in state.items() if not name.startswith("fc.")}
    own = network.state_dict()

    def optional(name: str) -> bool:
        own_part = name.startswith(("standardise.", "output.")) or ".se." in name
        return own_part or name.endswith("num_batches_tracked")  # absent in old files

    matched = match_weights(own, given, model=model or "a ResNet", optional=optional)
    network.load_state_dict(own | matched)
    return tuple(name for name, _ in network.named_parameters() if name not in matched)
