"""Deep belief network: restricted Boltzmann machines, one upon another (numpy only)."""

from mffcnn_core.dbn._backprop import Layer
from mffcnn_core.dbn._descent import DescentSettings, at_rest
from mffcnn_core.dbn._divergence import contrastive_divergence, reconstruction_error, train_rbm
from mffcnn_core.dbn._network import DESCENT, DeepBeliefNetwork
from mffcnn_core.dbn._rbm import RBM, BinaryRBM, GaussianHiddenRBM

__all__ = [
    "DESCENT",
    "RBM",
    "BinaryRBM",
    "DeepBeliefNetwork",
    "DescentSettings",
    "GaussianHiddenRBM",
    "Layer",
    "at_rest",
    "contrastive_divergence",
    "reconstruction_error",
    "train_rbm",
]
