"""Rows by what places them: a direction and its stages, kernels, a window, a rate, a reading."""

from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._grid import Row
from mffcnn_book.experiments._readings import READINGS
from mffcnn_book.paper import accuracies

# No other row of Tables 1 and 2 is in the paper.
_FUSION = accuracies("Table 1") | accuracies("Table 2")
SITES = ((2,), (3,), (4,), (5,), (4, 5), (3, 4, 5), (2, 3, 4, 5))
HEADLINE = Configuration(pipeline="mffcnn")
"""The paper's method, with products T->S after the first units of the stages 4 and 5."""
PRECURSOR = Configuration(pipeline="vgg_dbn")  # which networks it has is up to the profile


_LITE = {"backbone": "efficientnet_lite0", "size": 224, "feature_step": 8}
IMAGENET = Configuration(pipeline="vgg_dbn", changes=_LITE)
"""P1 with a network that was trained on ImageNet and whose weights anybody can install."""


def imagenet_maps(**changes: Any) -> Configuration:
    """Return P4 with the same network."""
    return Configuration(pipeline="ordered_flow", changes=_LITE | changes)


TRAINED_MAPS = Configuration(
    pipeline="ordered_flow", changes={"backbone": "trained", "size": 48, "feature_step": 1}
)
"""P4 with a small network that is trained on the maps in the place of one from ImageNet."""


def mffcnn(**changes: Any) -> Configuration:
    return Configuration(pipeline="mffcnn", changes=changes)


def fused_row(direction: str, stages: tuple[int, ...]) -> Row:
    own = {"direction": direction} if direction != "T->S" else {}
    own |= {"fuse_stages": stages} if stages != (4, 5) else {}
    sites = ", ".join(f"C_{stage}_1" for stage in stages)
    return Row(
        label=f"{direction} {sites}",
        configuration=mffcnn(fusion=own) if own else HEADLINE,
        facts={"direction": direction, "stages": stages, "fusions": len(stages)},
        paper=_FUSION.get(f"{direction} {sites}", {}),
    )


_UNFUSED = mffcnn(fusion={"fuse_stages": ()})
SINGLE = (
    Row(label="spatial stream", configuration=_UNFUSED, variant="spatial"),
    Row(label="temporal stream", configuration=_UNFUSED, variant="temporal"),
    Row(
        label="mean of both streams' scores",
        configuration=_UNFUSED,
        variant=("spatial", "temporal"),
    ),
    Row(label="both, no product", configuration=_UNFUSED),
    Row(label="T->S C_4_1, C_5_1", configuration=HEADLINE),
    Row(label="T->S C_4_1, C_5_1, no DBN", configuration=HEADLINE, variant="without_dbn"),
)
OPERATIONS = (
    Row(label="product", configuration=HEADLINE),
    Row(label="sum", configuration=mffcnn(fusion={"operation": "sum"})),
    Row(label="concatenation", configuration=mffcnn(fusion={"operation": "concatenation"})),
    Row(label="nothing", configuration=_UNFUSED),
)

KERNELS = ((5, 3), (11, 9), (17, 15), (35, 33))
_TABLE_3 = accuracies("Table 3")


def kernels_row(kernels: tuple[int, int], frames: int, padding: str) -> Row:
    sides = " and ".join(f"{side}x{side}" for side in kernels)
    network = {"kernels": kernels, "frames": frames}
    network |= {"padding": padding} if padding != "valid" else {}
    return Row(
        label=f"{sides}, {frames} frame{'s' * (frames > 1)}, {padding}",
        configuration=Configuration(
            pipeline="printed_cnn", changes={"spatial": {"network": network}}
        ),
        facts={"kernels": kernels, "frames": frames, "padding": padding},
        paper=_TABLE_3[sides] if (frames, padding) == (3, "valid") else {},
    )


def optimiser_row(optimiser: str, *, momentum: float = 0.2, learning_rate: float = 0.02) -> Row:
    return Row(
        label=f"{optimiser}, rho {momentum:g}, eta {learning_rate:g}",
        configuration=Configuration(
            pipeline="frame_cnn",
            changes={
                "spatial": {
                    "optimiser": optimiser,
                    "momentum": momentum,
                    "learning_rate": learning_rate,
                    "weight_decay": 0.0,
                }
            },
        ),
        facts={"optimiser": optimiser, "rho": momentum, "eta": learning_rate},
    )


def window_row(window: int) -> Row:
    return Row(
        label=f"w = {window}",
        configuration=Configuration(
            pipeline="ordered_flow", changes={"ordered_flow": {"window": window}}
        ),
        facts={"window": window, "flow_scope": "full"},
    )


def length_row(length: int) -> Row:
    return Row(
        label=f"L = {length}",
        configuration=Configuration(
            pipeline="two_stream", changes={"streams": "temporal", "flow_run": length - 1}
        ),
        facts={"length": length},
    )


def literal_window_row(window: int) -> Row:
    return Row(
        label=f"w = {window} of 16 frames",
        configuration=Configuration(
            pipeline="ordered_flow",
            changes={"ordered_flow": {"window": window, "flow_scope": "clip16"}},
        ),
        facts={"window": window, "flow_scope": "clip16"},
    )


_TABLE_4 = accuracies("Table 4")


def other_row(label: str, pipeline: str) -> Row:
    return Row(
        label=label,
        configuration=Configuration(pipeline=pipeline),
        paper=_TABLE_4[{"ICLTP": "ICTP"}.get(label, label)],  # the paper drops the L
    )


DEFAULT = "every reading at its default"


def ledger_rows(pipeline: str) -> tuple[Row, ...]:
    return (
        Row(label=DEFAULT, configuration=Configuration(pipeline=pipeline)),
        *(
            Row(
                label=f"{reading.name}: {alternative.value}",
                configuration=alternative.configuration,
                facts={"reading": reading.name, "value": alternative.value},
            )
            for reading in READINGS
            for alternative in reading.alternatives
            if alternative.configuration is not None and alternative.pipeline == pipeline
        ),
    )


RATES = tuple(round(0.01 * k, 2) for k in range(1, 11))
SMALL_RATES = (0.0005, 0.001, 0.002, 0.005)  # not in the paper: where Eqs. (13)-(14) do learn
MOMENTA = tuple(round(0.1 * k, 1) for k in range(1, 10))
