"""Optical flow between neighbouring frames, and what is made of it directly."""

from mffcnn_core.flow._estimate import estimate_flow, iter_flow
from mffcnn_core.flow._measures import end_point_error, flow_image, warp
from mffcnn_core.flow._noise import NOISE, unexplained
from mffcnn_core.flow._solvers import METHODS, make_solver

__all__ = [
    "METHODS",
    "NOISE",
    "end_point_error",
    "estimate_flow",
    "flow_image",
    "iter_flow",
    "make_solver",
    "unexplained",
    "warp",
]
