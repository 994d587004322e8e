"""Rank pooling: a sequence of flow fields becomes one ordered optical-flow map."""

from mffcnn_core.pooling._closed_form import approximate_coefficients
from mffcnn_core.pooling._cost import COST_SCALES, DEFAULT_C, CostScale, absolute_cost
from mffcnn_core.pooling._dynamic import dynamic_images
from mffcnn_core.pooling._exact import Certificate, certify, exact_coefficients, objective
from mffcnn_core.pooling._gram import window_grams
from mffcnn_core.pooling._maps import (
    Normalisation,
    ThirdChannel,
    min_max,
    ordered_flow_maps,
    windows,
)
from mffcnn_core.pooling._rank import SOLVERS, Solver, rank_pool, rank_pool_windows
from mffcnn_core.pooling._smoothing import SMOOTHINGS, Smoothing, smoothing_matrix
from mffcnn_core.pooling._stream import FlowSlices, iter_ordered_flow_maps

__all__ = [
    "COST_SCALES",
    "DEFAULT_C",
    "SMOOTHINGS",
    "SOLVERS",
    "Certificate",
    "CostScale",
    "FlowSlices",
    "Normalisation",
    "Smoothing",
    "Solver",
    "ThirdChannel",
    "absolute_cost",
    "approximate_coefficients",
    "certify",
    "dynamic_images",
    "exact_coefficients",
    "iter_ordered_flow_maps",
    "min_max",
    "objective",
    "ordered_flow_maps",
    "rank_pool",
    "rank_pool_windows",
    "smoothing_matrix",
    "window_grams",
    "windows",
]
