"""Figures, clips and tables as the pages of the book show them, and sums that only pages need."""

from mffcnn_book.pages._details import Details, show_details
from mffcnn_book.pages._enumeration import (
    likelihood_gradient,
    log_likelihood,
    log_partition,
    visible_states,
)
from mffcnn_book.pages._explore import (
    Explorable,
    explore_fusion,
    explore_threshold,
    explore_windows,
)
from mffcnn_book.pages._grid_page import GridPage, count, format_measures, in_words, p_value
from mffcnn_book.pages._grids import (
    describe_grid,
    format_grid,
    measured_rows,
    plot_grid,
    plot_sweep,
)
from mffcnn_book.pages._live import (
    flow_film,
    full_speed,
    growing_map,
    live_map,
    side_by_side,
)
from mffcnn_book.pages._looking import by_take, occlusion, surest_mistake
from mffcnn_book.pages._network import plot_fusion
from mffcnn_book.pages._overview import show_overview
from mffcnn_book.pages._path import PathPoint, regularisation_path
from mffcnn_book.pages._show import Film, Picture, Table, show, show_table, show_video

__all__ = [
    "Details",
    "Explorable",
    "Film",
    "GridPage",
    "PathPoint",
    "Picture",
    "Table",
    "by_take",
    "count",
    "describe_grid",
    "explore_fusion",
    "explore_threshold",
    "explore_windows",
    "flow_film",
    "format_grid",
    "format_measures",
    "full_speed",
    "growing_map",
    "in_words",
    "likelihood_gradient",
    "live_map",
    "log_likelihood",
    "log_partition",
    "measured_rows",
    "occlusion",
    "p_value",
    "plot_fusion",
    "plot_grid",
    "plot_sweep",
    "regularisation_path",
    "show",
    "show_details",
    "show_overview",
    "show_table",
    "show_video",
    "side_by_side",
    "surest_mistake",
    "visible_states",
]
