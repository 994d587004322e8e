"""The decision ledger: every place where the paper can be read in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_core.pooling import DEFAULT_C

PATH = (1.0, 10.0, 100.0, 1000.0, 1e5)
"""Relative C at which ordered flow maps are evaluated, from the closed form to hard margins."""


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another way to read a place.

    Attributes
    ----------
    value : str
        In words; in brackets as the option is called, where that says little by itself.
    changes : mapping or None
        Settings of the pipeline that choose it; None where these cannot.
    pipeline : str
        What is evaluated with it: ordered flow maps alone where it is about them, so that
        nothing else covers its effect, or the whole method.
    seen : str
        Without ``changes``: where in the book it is looked at.
    """

    value: str
    changes: Mapping[str, Any] | None = None
    pipeline: str = "mffcnn"
    seen: str = ""

    @property
    def configuration(self) -> Configuration | None:
        """What measures it."""
        if self.changes is None:
            return None
        return Configuration(pipeline=self.pipeline, changes=self.changes)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A place that the paper leaves open, and what this project does there.

    Attributes
    ----------
    name : str
    place : str
        In the paper.
    default : str
        What is done unless told otherwise.
    by_score : bool
        Whether the default was chosen because it scored higher, on people other than those
        that results are reported on; else it comes from the paper, its likely sources or
        theory.
    where : str
        The function or class of the library that documents it.
    alternatives : tuple of Alternative
    """

    name: str
    place: str
    default: str
    where: str
    alternatives: tuple[Alternative, ...]
    by_score: bool = False


def _pooling(value: str, **changes: Any) -> Alternative:
    return Alternative(value=value, changes={"ordered_flow": changes}, pipeline="ordered_flow")


def _both(**changes: Any) -> dict[str, Any]:
    """Return changes to the training of each stream alone and of both together."""
    return {"stream": changes, "joint": changes}


READINGS: tuple[Reading, ...] = (
    Reading(
        name="face crop",
        place="Sec. 3.2",
        default="one box for the whole clip",
        where="mffcnn_core.faces.clip_box",
        alternatives=(
            Alternative(value="a box for each frame", seen="chapter 2: jitter of the boxes"),
        ),
    ),
    Reading(
        name="frame rate",
        place="Sec. 3.4",
        default="frames as filmed",
        where="mffcnn_core.preparation.PreparationSettings",
        alternatives=(
            Alternative(
                value="one rate for all videos (fps)", seen="chapter 2: flow at three frame rates"
            ),
        ),
    ),
    Reading(
        name="flow method",
        place="Sec. 3.4",
        default="Farneback",
        where="mffcnn_core.flow.METHODS",
        alternatives=(Alternative(value="DIS", seen="chapter 3: error against the true flow"),),
    ),
    Reading(
        name="temporal images",
        place="Sec. 3.2, 3.4",
        default="ordered flow maps",
        where="mffcnn_core.features.OrderedFlowMaps",
        alternatives=(
            Alternative(value="flow images (Eq. 1)", changes={"temporal_images": "flow"}),
        ),
    ),
    Reading(
        name="windows of ordered flow",
        place="Sec. 3.4, Fig. 4",
        default="28 flows, as in the paper; in short clips one at every second flow",
        by_score=True,
        where="mffcnn_core.pooling.windows",
        alternatives=(
            _pooling("stride w/2, as in the paper", stride=14),
            _pooling("one at every flow", stride=1),
            _pooling("16 flows, one at every flow", window=16, stride=1),
        ),
    ),
    Reading(
        name="flows that windows see",
        place="Sec. 3.2, 3.4",
        default="those of the full video",
        where="mffcnn_core.features.OrderedFlowMaps",
        alternatives=(_pooling("those of the 16 central frames", flow_scope="clip16"),),
    ),
    Reading(
        name="smoothing",
        place="Eq. (3)",
        default="weighted mean",
        where="mffcnn_core.pooling.rank_pool",
        alternatives=(_pooling("mean", smoothing="mean"), _pooling("none", smoothing="none")),
    ),
    Reading(
        name="rank pooling",
        place="Eqs. (4)-(6)",
        default="exact",
        where="mffcnn_core.pooling.rank_pool",
        alternatives=(
            _pooling("regression (SVR), C = 1", solver="svr", C=1.0, C_scale="absolute"),
            _pooling("closed form", solver="approximate"),
            _pooling("closed form, through the mean", solver="approximate", smoothing="mean"),
        ),
    ),
    Reading(
        name="cost C of rank pooling",
        place="Eqs. (4)-(8)",
        default=f"{DEFAULT_C:g}, relative to the data; by theory, after hard margins scored low",
        where="mffcnn_core.pooling.absolute_cost",
        alternatives=(
            *(_pooling(f"{C:g}, relative", C=C) for C in PATH if C != DEFAULT_C),
            _pooling("1, as it stands in the equations", C=1.0, C_scale="absolute"),
        ),
    ),
    Reading(
        name="min-max to [0, 255]",
        place="Sec. 3.4",
        default="each channel by itself",
        where="mffcnn_core.pooling.ordered_flow_maps",
        alternatives=(
            Alternative(
                value="both channels together", seen="chapter 4: the grey of what does not move"
            ),
            _pooling("each channel about mid-grey, with its sign", normalisation="signed"),
        ),
    ),
    Reading(
        name="third channel of the map",
        place="Sec. 3.4",
        default="length of the pooled vector",
        where="mffcnn_core.pooling.ordered_flow_maps",
        alternatives=(
            _pooling("lengths of the flows, pooled", third="ranked_magnitude"),
            _pooling("zero", third="zero"),
        ),
    ),
    Reading(
        name="gate of the product",
        place="Sec. 3.5, Table 1",
        default="sender after its ReLU, receiver before it (official)",
        where="mffcnn_core.nets.FusionSettings",
        alternatives=(
            Alternative(
                value="receiver after its ReLU, sender before it (literal)",
                changes={"fusion": {"gate": "literal"}},
            ),
            Alternative(
                value="both after their ReLU (relu_relu)",
                changes={"fusion": {"gate": "relu_relu"}},
            ),
        ),
    ),
    Reading(
        name="direction of the products",
        place="Sec. 3.5, Table 2",
        default="temporal into spatial (T->S)",
        where="mffcnn_core.nets.FusionSettings",
        alternatives=(
            Alternative(
                value="spatial into temporal (S->T)", changes={"fusion": {"direction": "S->T"}}
            ),
            Alternative(value="both at once", changes={"fusion": {"direction": "both"}}),
        ),
    ),
    Reading(
        name="kernels over time",
        place="not in the paper; in its likely source",
        default="none",
        where="mffcnn_core.nets.FusionSettings",
        alternatives=(Alternative(value="identity at the start", seen="chapter 9: no change"),),
    ),
    Reading(
        name="loss",
        place="Eq. (11)",
        default="categorical cross entropy",
        where="mffcnn_core.training.LOSSES",
        alternatives=(
            Alternative(value="binary, as printed", changes=_both(loss="bce_on_softmax")),
        ),
    ),
    Reading(
        name="augmentation",
        place="Sec. 4.1",
        default="small shifts and mirroring, without crops",
        where="mffcnn_core.augment.CropSettings",
        alternatives=(Alternative(value="ten crops as well", changes=_both(crops={})),),
    ),
    Reading(
        name="fine-tuning of the deep belief network",
        place="Sec. 3.1",
        default="to tell the expressions apart (softmax)",
        where="mffcnn_core.dbn.DeepBeliefNetwork",
        alternatives=(
            Alternative(
                value="to rebuild its input (autoencoder)",
                changes={"dbn": {"finetune": "autoencoder"}},
            ),
            Alternative(value="none", changes={"dbn": {"finetune": "none"}}),
        ),
    ),
    Reading(
        name="order of average and deep belief network",
        place="Sec. 3.1",
        default="mean of the clip first, then the network (pool_then_dbn)",
        where="mffcnn_core.pipelines.PartsClassifier",
        alternatives=(
            Alternative(
                value="network first, then the mean of the clip (dbn_then_pool)",
                changes={"pool_order": "dbn_then_pool"},
            ),
        ),
    ),
    Reading(
        name="L2 normalisation of features",
        place="Sec. 3.4",
        default="each stream's",
        where="mffcnn_core.pipelines.PartsClassifier",
        alternatives=(Alternative(value="none", changes={"normalise": False}),),
    ),
    Reading(
        name="cost C of the support vector machine",
        place="Sec. 3.1",
        default="1",
        where="mffcnn_core.pipelines.PartsClassifier",
        alternatives=(
            Alternative(value="0.1", changes={"C": 0.1}),
            Alternative(value="10", changes={"C": 10.0}),
        ),
    ),
    Reading(
        name="weighted scores",
        place="Eq. (10)",
        default="weights that sum to 1",
        where="mffcnn_core.evaluation.average_scores",
        alternatives=(
            Alternative(value="divided by N once more", seen="chapter 11: no answer changes"),
        ),
    ),
    Reading(
        name="people of training and test",
        place="Sec. 4.1",
        default="never the same",
        where="mffcnn_core.evaluation.check_split",
        alternatives=(
            Alternative(value="a random split", seen="chapter 13: what it would have claimed"),
        ),
    ),
)
"""Every named reading; the grids ``ledger`` and ``ledger_maps`` hold what one run can measure."""
