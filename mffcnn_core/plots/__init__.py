"""Figures from arrays and results; nothing here trains or reads a video file."""

from mffcnn_core.plots._details import Details, show_details
from mffcnn_core.plots._explore import (
    Explorable,
    explore_fusion,
    explore_threshold,
    explore_windows,
)
from mffcnn_core.plots._expressions import (
    plot_action_units,
    plot_confusion_matrix,
    plot_recall,
)
from mffcnn_core.plots._flow import (
    flow_to_rgb,
    plot_flow_arrows,
    plot_flow_image,
    plot_flow_wheel,
)
from mffcnn_core.plots._frames import plot_contact_sheet, plot_frame
from mffcnn_core.plots._grids import describe_grid, format_grid, plot_grid, plot_sweep
from mffcnn_core.plots._network import plot_fusion
from mffcnn_core.plots._show import Film, Picture, Table, show, show_table, show_video
from mffcnn_core.plots._style import style
from mffcnn_core.plots._timeline import plot_timeline

__all__ = [
    "Details",
    "Explorable",
    "Film",
    "Picture",
    "Table",
    "describe_grid",
    "explore_fusion",
    "explore_threshold",
    "explore_windows",
    "flow_to_rgb",
    "format_grid",
    "plot_action_units",
    "plot_confusion_matrix",
    "plot_contact_sheet",
    "plot_flow_arrows",
    "plot_flow_image",
    "plot_flow_wheel",
    "plot_frame",
    "plot_fusion",
    "plot_grid",
    "plot_recall",
    "plot_sweep",
    "plot_timeline",
    "show",
    "show_details",
    "show_table",
    "show_video",
    "style",
]
