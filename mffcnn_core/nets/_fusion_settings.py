"""Where, in which direction and how two streams are joined."""

from dataclasses import dataclass
from typing import Literal, get_args

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets._se_resnet import STAGES
from mffcnn_core.settings import Settings, check_at_least, check_choice

Direction = Literal["T->S", "S->T", "both"]
Gate = Literal["official", "literal", "relu_relu"]
Operation = Literal["product", "sum", "concatenation"]

PATHS: dict[str, tuple[tuple[str, str], ...]] = {
    "T->S": (("temporal", "spatial"),),
    "S->T": (("spatial", "temporal"),),
    "both": (("temporal", "spatial"), ("spatial", "temporal")),
}
"""Sender and receiver of each product."""

RELUS = {"official": (False, True), "literal": (True, False), "relu_relu": (True, True)}
"""Whether the receiver's and the sender's factor stand after their ReLU, by gate."""


@dataclass(frozen=True, kw_only=True)
class FusionSettings(Settings):
    """Settings of :class:`TwoStreamFusionNet`; the defaults are the paper's best (Table 1).

    Parameters
    ----------
    operation : {"product", "sum", "concatenation"}
        What joins the two at a site.  The paper multiplies; the others are its controls, at
        the same sites and with the same gate: their sum, or both side by side, which a 1x1
        convolution brings back to the receiver's width.
    fuse_stages : tuple of int
        Stages with a product, any of 2, 3, 4, 5; none leaves two networks that do not
        know of each other.
    direction : {"T->S", "S->T", "both"}
        From the temporal stream to the spatial one, back, or both at once.
    gate : {"official", "literal", "relu_relu"}
        Which of the two stands before its ReLU: the receiving stream (``"official"``),
        the sending one (``"literal"``), or neither.
    frames : int
        Images of a fragment that each stream sees together, >= 1; features and scores
        are their mean.
    temporal_kernel : int, optional
        Number of frames that a convolution over time spans, odd, >= 3, at most
        ``2 frames - 1``; None: no convolution over time.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) Its sentence on Table 1 joins C_k_1 of the temporal
    stream to C_k_1_R of the spatial one (``"literal"``).  The public code of the network
    that the figure goes back to has it the other way round (``"official"``, the default).
    (II) "Both" is what Sec. 3.5 says; the tables report one direction at a time.
    (III) The kernels over time belong to that earlier network, not to this paper: off.
    As there, they follow the 3x3 convolution of unit 2 of every stage, in both streams.
    (IV) Sum and concatenation are ours: without them nobody knows what multiplying is worth.
    """

    operation: Operation = "product"
    fuse_stages: tuple[int, ...] = (4, 5)
    direction: Direction = "T->S"
    gate: Gate = "official"
    frames: int = 1
    temporal_kernel: int | None = None

    def __post_init__(self) -> None:
        stages = tuple(self.fuse_stages)  # a list from a YAML profile is as good as a tuple
        if len(set(stages)) != len(stages) or not set(stages) <= set(STAGES):
            raise ParameterError(
                f"fuse_stages: expected different stages among {STAGES}, got {stages}. "
                "The paper's best are (4, 5)."
            )
        object.__setattr__(self, "fuse_stages", tuple(sorted(stages)))
        for name, kind in (("operation", Operation), ("direction", Direction), ("gate", Gate)):
            hint = "See FusionSettings for what they mean."
            check_choice(name, getattr(self, name), get_args(kind), hint)
        check_at_least("frames", self.frames, 1, "1 shows single images.")
        size = self.temporal_kernel
        if size is not None and (size < 3 or size % 2 == 0 or size > 2 * self.frames - 1):
            raise ParameterError(
                f"temporal_kernel: expected an odd number from 3 to 2 frames - 1, got {size} for "
                f"{self.frames} frame(s). None switches it off."
            )
