"""The paper's reference list, as far as a reader needs it to follow a citation."""

REFERENCES: dict[int, tuple[str, str]] = {
    1: ("Maity", "Multimodal biometrics recognition from facial video with missing modalities"),
    2: ("Agbolade", "3-Dimensional facial expression recognition in human using multi-points"),
    3: ("Talele", "Facial expression recognition using digital signature feature descriptor"),
    4: ("Sadeghi", "Human vision inspired feature extraction for facial expression recognition"),
    5: ("Sajjad", "Human behavior understanding in big multimedia data"),
    6: ("Nestler", "Safety-critical human computer interaction"),
    7: ("Loslever", "Using fuzzy coding with qualitative data"),
    8: ("Shaikh", "Dynamic scene multi-exposure image fusion"),
    9: ("Jiang", "automatic MR brain image segmentation"),
    10: ("Ramdani", "ultra-high resolution unmanned aerial aircraft imagery"),
    11: ("Zikiou", "Hyperspectral image classification using graph-based wavelet transform"),
    12: ("An", "parameter adaptive initialization of CNN and LSTM"),
    13: ("Ramya", "3D facial expression recognition using multi-channel deep learning framework"),
    14: ("Xu", "improved Wasserstein generative adversarial networks"),
    15: ("Li", "a new face cropping and rotation strategy"),
    16: ("Kumar", "Multi-level uncorrelated discriminative shared Gaussian process"),
    17: ("Nguyen", "an ensemble of multi-level convolutional neural networks"),
    18: ("Liu", "multi-composition deep forest and transferred convolutional neural network"),
    19: ("Jain", "hybrid square-based diagonal pattern geometric model"),
    20: ("Kong", "deep convolutional neural network combined with improved LBP features"),
    21: ("Salmam", "Fusing multi-stream deep neural networks"),
    22: ("Zhu", "Dual-modality spatiotemporal feature learning"),
    23: ("Luo", "improved completed local ternary patterns"),
    24: ("Nigam", "histogram of oriented gradients in wavelet domain"),
    25: ("Zia", "dynamically weighted majority voting based ensemble classifier"),
    26: ("Wang", "iterative fusion of MO-HOG and deep features"),
    27: ("Baltrusaitis", "Openface 2.0: Facial behavior analysis toolkit"),
    28: ("Zhou", "The LAP under facility disruptions during early post-earthquake rescue"),
    29: ("Jian", "A multi-objective optimization model for green supply chain"),
    30: ("Ren", "Deep spatio-temporal residual neural networks for road-network-based data"),
}
"""Number -> family name of the first author, and the telling part of the title."""


def find_reference(words: str) -> list[int]:
    """Return the numbers whose title has these words, in any case.

    Examples
    --------
    >>> find_reference("shared gaussian process")
    [16]
    """
    return [
        number for number, (_, title) in REFERENCES.items() if words.casefold() in title.casefold()
    ]
