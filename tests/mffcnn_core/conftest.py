"""Changes of finished images, one after the other: what the changes of whole batches must equal."""

import numpy as np
import pytest
import torch

from mffcnn_core.features import FlowImages
from mffcnn_core.flow import flow_image


@pytest.fixture(scope="session")
def mirror():
    """Return a function: finished images of a stream as if the person were seen in a mirror."""

    def mirror(kind, images):
        return kind.mirrored(torch.from_numpy(images).flip(-2)).numpy()

    return mirror


@pytest.fixture(scope="session")
def cropped():
    """Return a function: a crop of finished images; enlarged flow moves by more pixels."""

    def cropped(kind, images, crop):
        if not isinstance(kind, FlowImages):
            return crop.apply(images)
        return flow_image(crop.apply(images[..., :2].copy()) * np.array(crop.zoom, np.float32))

    return cropped
