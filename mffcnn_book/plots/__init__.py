"""Figures from arrays and results; nothing here trains or reads a video file."""

from mffcnn_book.plots._expressions import (
    plot_action_units,
    plot_confusion_matrix,
    plot_recall,
)
from mffcnn_book.plots._flow import (
    flow_to_rgb,
    plot_flow_arrows,
    plot_flow_image,
    plot_flow_wheel,
)
from mffcnn_book.plots._frames import plot_contact_sheet, plot_frame
from mffcnn_book.plots._style import style
from mffcnn_book.plots._timeline import plot_timeline

__all__ = [
    "flow_to_rgb",
    "plot_action_units",
    "plot_confusion_matrix",
    "plot_contact_sheet",
    "plot_flow_arrows",
    "plot_flow_image",
    "plot_flow_wheel",
    "plot_frame",
    "plot_recall",
    "plot_timeline",
    "style",
]
