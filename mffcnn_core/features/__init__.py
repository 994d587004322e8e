"""From prepared clips to one vector per clip: network inputs, responses, pooling, L2."""

from mffcnn_core.features._inputs import ClipInputs, PreparedLike, load_inputs
from mffcnn_core.features._pooling import l2_normalise, pool_fragments
from mffcnn_core.features._responses import clip_features, network_responses
from mffcnn_core.features._streams import STREAMS, SpatialStream, Stream, TemporalStream

__all__ = [
    "STREAMS",
    "ClipInputs",
    "PreparedLike",
    "SpatialStream",
    "Stream",
    "TemporalStream",
    "clip_features",
    "l2_normalise",
    "load_inputs",
    "network_responses",
    "pool_fragments",
]
