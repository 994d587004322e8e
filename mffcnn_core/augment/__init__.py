"""More training images from the same clips: what is drawn is apart from what is done with it."""

from mffcnn_core.augment._crops import POSITIONS, Crop, CropSettings, draw_crops

__all__ = ["POSITIONS", "Crop", "CropSettings", "draw_crops"]
