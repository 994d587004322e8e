"""From prepared clips to images, responses of networks, and vectors for a classifier."""

from mffcnn_core.features._flow_images import FlowImages, OrderedFlowMaps
from mffcnn_core.features._frame_images import Contrast, DynamicImages, FaceFrames, local_contrast
from mffcnn_core.features._images import StreamImages
from mffcnn_core.features._inputs import ClipInputs, ClipSequence, images_key
from mffcnn_core.features._loading import PreparedLike, load_inputs
from mffcnn_core.features._parts import ClipParts, average_parts, l2_normalise
from mffcnn_core.features._reading import read_parts
from mffcnn_core.features._responses import (
    as_tensor,
    centre_frames,
    fusion_parts,
    network_parts,
    network_responses,
)
from mffcnn_core.features._stack import Stack

__all__ = [
    "ClipInputs",
    "ClipParts",
    "ClipSequence",
    "Contrast",
    "DynamicImages",
    "FaceFrames",
    "FlowImages",
    "OrderedFlowMaps",
    "PreparedLike",
    "Stack",
    "StreamImages",
    "as_tensor",
    "average_parts",
    "centre_frames",
    "fusion_parts",
    "images_key",
    "l2_normalise",
    "load_inputs",
    "local_contrast",
    "network_parts",
    "network_responses",
    "read_parts",
]
