"""Two streams that multiply each other's features."""

import copy
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets._fusion_settings import PATHS, RELUS, FusionSettings
from mffcnn_core.nets._se_resnet import SEResNet
from mffcnn_core.nets._temporal_kernel import TemporalKernel

PerStream = dict[str, Tensor]


class StreamOutput(NamedTuple):
    """Scores (n, classes) before the softmax, and pooled features (n, d), of one stream."""

    scores: Tensor
    features: Tensor


class FusionOutput(NamedTuple):
    """What :class:`TwoStreamFusionNet` returns: one output per stream, each with its loss."""

    spatial: StreamOutput
    temporal: StreamOutput

    @property
    def features(self) -> Tensor:
        """Features of both streams side by side, (n, 2 d), as the classifier sees them."""
        return torch.cat([self.spatial.features, self.temporal.features], dim=1)


class TwoStreamFusionNet(nn.Module):
    """Two SE-residual networks; products of their features enter the residual branches.

    One fusion site: stage k, T->S, gate "official" (f is the ReLU, F the branch with its
    squeeze-excitation)::

              spatial stream                         temporal stream

             unit 1 of stage k                      unit 1 of stage k
                    | x_s  (C_k_1)                         | x_t  (C_k_1)
             +------+-------+                              |
             f              |                              f
             |              v                              |
             |             (x) <------------ f(x_t) -------+
        skip |              | x_s f(x_t)     (C_k_1_R)     |
             |              F   unit 2                  unit 2
             v              |                              |
            (+) <-----------+                              |
             f                                             f
             |                                             |
          unit 3, or stage k + 1                 unit 3, or stage k + 1

        x_s(next) = f(x_s) + F(x_s f(x_t))

    The skip path is not multiplied.  S->T is the mirror image; "both" makes the two
    products of a site from the values before either of them.

    Paper: Sec. 3.5, Fig. 3; Tables 1, 2.

    Parameters
    ----------
    spatial, temporal : SEResNet
        Networks of equal units and widths, e.g. each trained alone; they are copied.
    settings : FusionSettings

    Raises
    ------
    ParameterError
        If the streams differ, or a fused stage has no second unit.

    Notes
    -----
    Departures from the paper: (I) Where a product goes is not said: into the residual
    branch of the next unit only, as in the public code of the likely source; a product
    in the skip path would be multiplied on through all later units.  (II) One loss per
    stream; features are those of both streams after the global average pooling.

    References
    ----------
    C. Feichtenhofer, A. Pinz, R. P. Wildes, "Spatiotemporal Multiplier Networks for Video
    Action Recognition", CVPR 2017.

    Examples
    --------
    >>> import torch
    >>> from mffcnn_core.nets import SMALL_SE_RESNET, SEResNet
    >>> network = TwoStreamFusionNet(SEResNet(SMALL_SE_RESNET), SEResNet(SMALL_SE_RESNET))
    >>> output = network(torch.zeros(2, 3, 32, 32), torch.zeros(2, 3, 32, 32))
    >>> output.spatial.scores.shape, output.features.shape
    (torch.Size([2, 6]), torch.Size([2, 256]))
    >>> [site["name"] for site in network.describe()["fusions"]]
    ['C_4_1_R+C_4_1', 'C_5_1_R+C_5_1']
    """

    def __init__(
        self, spatial: SEResNet, temporal: SEResNet, settings: FusionSettings | None = None
    ) -> None:
        super().__init__()
        self.settings = s = settings if settings is not None else FusionSettings()
        first, second = (
            (stream.settings.block, stream.settings.units, stream.settings.widths)
            for stream in (spatial, temporal)
        )
        if first != second:
            raise ParameterError(
                f"streams: expected two networks of equal units and widths, got {first} and "
                f"{second}. A product needs maps of one size."
            )
        if short := [stage for stage in s.fuse_stages if (stage, 2) not in spatial.units]:
            raise ParameterError(
                f"fuse_stages: expected stages of two or more units, got {short} with one. "
                "A product enters the second unit of its stage."
            )
        self.spatial, self.temporal = copy.deepcopy(spatial), copy.deepcopy(temporal)
        self.joints = nn.ModuleDict(
            {
                f"{receiver}_{stage}": _side_by_side(spatial.units[stage, 1].channels)
                for stage in s.fuse_stages
                for _, receiver in PATHS[s.direction]
                if s.operation == "concatenation"
            }
        )
        if s.temporal_kernel is not None:
            for place, unit in (*self.spatial.units.items(), *self.temporal.units.items()):
                if place[1] == 2:
                    unit.branch.time = TemporalKernel(
                        unit.width, size=s.temporal_kernel, frames=s.frames
                    )

    def describe(self) -> dict[str, Any]:
        """Return units and fusion sites as plain data, from which a figure can be drawn.

        Returns
        -------
        dict
            ``streams``: the units of each stream, see :meth:`SEResNet.describe`;
            ``fusions``: one entry per product with its ``name`` as in Table 1, ``sender``,
            ``receiver``, the ``operation``, the ``stage``, the unit that it is made ``after``
            and the unit whose branch it goes ``into``, and which factor stands behind its
            ReLU (``receiver_relu``, ``sender_relu``).
        """
        receiver_relu, sender_relu = RELUS[self.settings.gate]
        return {
            "streams": {"spatial": self.spatial.describe(), "temporal": self.temporal.describe()},
            "fusions": [
                {
                    "name": f"C_{stage}_1_R+C_{stage}_1",
                    "stage": stage,
                    "after": 1,
                    "into": 2,
                    "sender": sender,
                    "receiver": receiver,
                    "operation": self.settings.operation,
                    "receiver_relu": receiver_relu,
                    "sender_relu": sender_relu,
                }
                for stage in self.settings.fuse_stages
                for sender, receiver in PATHS[self.settings.direction]
            ],
        }

    def _joined(self, place: tuple[int, int], before: PerStream, after: PerStream) -> PerStream:
        """Return what enters the branches of the units at ``place`` in the place of ``after``."""
        stage, number = place
        if number != 2 or stage not in self.settings.fuse_stages:
            return {}
        receiver_relu, sender_relu = RELUS[self.settings.gate]
        entering = {}
        for sender, receiver in PATHS[self.settings.direction]:
            own = (after if receiver_relu else before)[receiver]
            other = (after if sender_relu else before)[sender]
            if self.settings.operation == "product":
                entering[receiver] = own * other
            elif self.settings.operation == "sum":
                entering[receiver] = own + other
            else:
                both = torch.cat([own, other], dim=1)
                entering[receiver] = self.joints[f"{receiver}_{stage}"](both)
        return entering

    def _check(self, frames: Tensor, flow: Tensor) -> None:
        together = self.settings.frames
        axes = "(n, c, S, S)" if together == 1 else f"(n, {together}, c, S, S)"
        shapes = [images.shape[:-3] + images.shape[-2:] for images in (frames, flow)]
        fits = frames.ndim == axes.count(",") + 1 and (together == 1 or frames.shape[1] == together)
        if not fits or shapes[0] != shapes[1]:
            raise ParameterError(
                f"images: expected face frames and as many flow images of their size, {axes}, got "
                f"{tuple(frames.shape)} and {tuple(flow.shape)}. "
                "Pair each flow image with a frame of its window."
            )

    def forward(self, frames: Tensor, flow: Tensor) -> FusionOutput:
        """Return scores and features of both streams.

        Parameters
        ----------
        frames, flow : Tensor, shape (n, c, S, S), or (n, settings.frames, c, S, S)
            Face frames, and flow images or ordered flow maps.

        Returns
        -------
        FusionOutput

        Raises
        ------
        ParameterError
            If the shapes are not those.
        """
        self._check(frames, flow)
        together = self.settings.frames
        networks = {"spatial": self.spatial, "temporal": self.temporal}
        units = {name: network.units for name, network in networks.items()}
        after = {
            name: networks[name].stem(images if together == 1 else images.flatten(0, 1))
            for name, images in (("spatial", frames), ("temporal", flow))
        }
        before = after
        for place in self.spatial.units:
            joined = self._joined(place, before, after)
            before = {name: units[name][place](after[name], joined.get(name)) for name in units}
            after = {name: torch.relu(maps) for name, maps in before.items()}
        outputs = {}
        for name, network in networks.items():
            features = network.features(after[name])
            if together > 1:
                features = features.unflatten(0, (-1, together)).mean(dim=1)
            outputs[name] = StreamOutput(network.scores(features), features)
        return FusionOutput(**outputs)


def _side_by_side(width: int) -> nn.Conv2d:
    """Return a convolution of two streams' maps that hands on the first one's at the start.

    So the fused network begins as the two that do not know of each other, and learns what of
    the second stream to let in.

    Parameters
    ----------
    width : int
        Maps of each stream.
    """
    joint = nn.Conv2d(2 * width, width, kernel_size=1, bias=False)
    with torch.no_grad():
        joint.weight.zero_()
        joint.weight[:, :width, 0, 0] = torch.eye(width)
    return joint
