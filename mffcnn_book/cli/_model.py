"""``mffcnn train`` and ``mffcnn predict``: a model from a data set, and its word on a video."""

import argparse
from pathlib import Path

from mffcnn_book.cli._device import add_device

SCORES = "Scores are those of support vector machines: larger is likelier; no probabilities."


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the two commands."""
    train = subparsers.add_parser(
        "train",
        description="Train a pipeline on all clips of a data set and save it. A training that was "
        "cut off resumes where it stopped.",
    )
    train.add_argument("--dataset", default="synthetic", help="file in data_manifests")
    train.add_argument("--profile", default="quick", help="file in notebooks/profiles")
    train.add_argument("--pipeline", default="two_stream", help="see mffcnn_core.pipelines")
    train.add_argument("--jobs", type=int, help="processes (default: all usable cores)")
    add_device(train)
    train.add_argument("--out", type=Path, help="the model's file (default: in data/models)")
    train.set_defaults(run=_train)

    predict = subparsers.add_parser(
        "predict",
        description="Say which expression a video shows, as a whole and over time. Writes a table "
        f"(CSV) and a figure (PNG). {SCORES}",
    )
    predict.add_argument("video", type=Path, help="a video file with one face")
    predict.add_argument(
        "--model",
        type=Path,
        help="of `mffcnn train` (default: one trained here with the profile wild, else with quick, "
        "else the demonstration that comes with this package)",
    )
    predict.add_argument(
        "--weights", type=Path, help="of VGG-16, if it was trained with others than torchvision's"
    )
    add_device(predict)
    predict.add_argument("--window", type=int, default=29, help="frames of a window")
    predict.add_argument("--out", type=Path, default=Path(), help="folder (default: here)")
    predict.set_defaults(run=_predict)


def _train(args: argparse.Namespace) -> None:
    # loads torch and OpenCV, which `mffcnn --help` can do without
    from mffcnn_book.experiments import Workspace, train_model

    work = Workspace.open(
        args.profile, args.dataset, jobs=args.jobs, progress=True, device=args.device
    )
    path = train_model(work, args.pipeline, args.out)
    print(f"Model in {path}")
    print(f"Try it: mffcnn predict VIDEO --model {path}")


def _predict(args: argparse.Namespace) -> None:
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    from mffcnn_book.cli._outputs import OF, SOURCE, free_outputs, shown
    from mffcnn_book.experiments import default_model, predict_video, worth
    from mffcnn_book.plots import plot_timeline, style
    from mffcnn_core.files import atomic_path
    from mffcnn_core.pipelines import load_recogniser

    chosen = args.model or default_model()
    print(f"Model: {chosen}")
    weights = {"weights": args.weights} if args.weights else {}
    model = load_recogniser(chosen, progress=False, device=args.device, **weights)
    arrays, timeline = predict_video(model, args.video, window=args.window)
    table = pd.DataFrame(timeline.rows(arrays.times))
    name = shown(args.video)
    csv, png = free_outputs(args.out, args.video)
    with atomic_path(csv) as part:
        table.assign(**{OF: name})[[OF, *table.columns]].to_csv(part, index=False)
    with style("light"), atomic_path(png) as part:
        figure = plot_timeline(
            arrays.faces,
            timeline.window_scores,
            np.column_stack([timeline.first, timeline.stop]),
            timeline.classes,
            times=arrays.times,
            title=f"{args.video.name}: {timeline.expression}",
        )
        figure.savefig(part, metadata={SOURCE: name})
        plt.close(figure)
    print(table.to_string(index=False, float_format="{:.2f}".format))
    for problem in arrays.problems:
        print(f"Note: {problem}")
    for doubt in arrays.doubts:
        print(f"Doubtful whether this is the face that is meant: {doubt}.")
    counts = arrays.counts
    if counts.left_out or counts.filled_in or counts.several_faces:
        print(
            f"Note: {counts.used} of {counts.frames} frames were used, {counts.filled_in} with the "
            f"face filled in; {counts.several_faces} showed more than one face."
        )
    print(f"Table in {csv}, figure in {png}")
    print(worth(model.facts))
