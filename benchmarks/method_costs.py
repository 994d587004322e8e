"""Measure what each method costs: nothing reused, one thread, one after the other.

    OMP_NUM_THREADS=1 python benchmarks/method_costs.py    # a quiet machine, some 20 minutes
    OMP_NUM_THREADS=1 python benchmarks/method_costs.py vgg_dbn   # this one again

For each method of Table 4, of "what you would use now", and for the simplest method, on the clips
of a profile: seconds of the processor for reading the clips, for one fold (the networks trained
from the beginning, the classifier fitted) and for the clips that it tests; multiply-adds of all
networks for one clip, those with fixed weights included, counted by torch; numbers kept.  Seconds
in results records are no cost: there, trainings are shared and machines differ.

The bars say what joining two networks costs, by what joins them.
"""

import argparse
import os
import sys
from datetime import UTC, datetime

os.environ.setdefault("OMP_NUM_THREADS", "1")

from typing import Any

import numpy as np
import torch
from _report import LOAD, RECORDS, Claim, report
from torch.utils.flop_counter import FlopCounterMode

from mffcnn_book.experiments import GRIDS, Configuration, Workspace
from mffcnn_core.evaluation import Meter, count_parameters, subject_folds
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.files import read_json
from mffcnn_core.pipelines import fit_fold
from mffcnn_core.provenance import code_commit
from mffcnn_core.settings import check_choice

RECORD = RECORDS / "method_costs.json"
NAMES = ("table_4", "today")


def chosen() -> list[Configuration]:
    """Return what is measured: the simplest method last."""
    rows = [one for name in NAMES for one in GRIDS[name].configurations]
    return list(dict.fromkeys([*rows, Configuration(pipeline="hog_flow")]))


def cost_of(work: Workspace, configuration: Configuration) -> dict[str, Any]:
    """Return what one method costs."""
    recogniser = work.profile.recogniser(configuration)
    if "device" in recogniser.get_params():
        recogniser.set_params(device="cpu")
    with Meter() as loading:
        inputs = recogniser.load(work.preparation.prepared)
    fold = subject_folds(inputs.subjects, work.profile.groups)[0]
    train, test = fold.indices(inputs.subjects)
    with Meter() as fitting:
        model = fit_fold(inputs, recogniser, fold, seed=work.profile.seed)
    with Meter() as testing:
        model.stream_scores(inputs[test])
    with FlopCounterMode(display=False) as counter:  # networks with fixed weights see it on loading
        model.stream_scores(recogniser.load([work.preparation.prepared[test[0]]]))
    return {
        "load_cpu_seconds": round(loading.cpu_seconds, 2),
        "fit_cpu_seconds": round(fitting.cpu_seconds, 2),
        "test_cpu_seconds": round(testing.cpu_seconds, 2),
        "training_clips": len(train),
        "test_clips": len(test),
        "peak_memory": max(one.peak_memory for one in (loading, fitting, testing)),
        # torch counts a multiplication and an addition as two
        "multiply_adds": counter.get_total_flops() // 2,
        "parameters": count_parameters(model.kept()),
        "load": LOAD,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": code_commit(),
    }


def measured_before(profile: str) -> dict[str, Any]:
    """Return the costs in the record, each with load, date and commit of its measurement."""
    record = read_json(RECORD) if RECORD.is_file() else {"profile": None}
    if record["profile"] != profile:
        return {}
    told = {name: record[name] for name in ("load", "date", "commit")}
    return {name: told | cost for name, cost in record["costs"].items()}


def joined(work: Workspace, label: str) -> tuple[int, int]:
    """Return multiply-adds for a pair of images, and weights, of two networks joined in a way."""
    recogniser = work.profile.recogniser(GRIDS["operations"].row(label).configuration)
    recogniser.classes_ = np.array(EXPRESSIONS)
    network = recogniser.build_networks()["fusion"].eval()
    pair = torch.zeros(2, 1, 3, recogniser.size, recogniser.size)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(*pair)
    return counter.get_total_flops() // 2, count_parameters(network)


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="METHOD", help="only these again (all)")
    parser.add_argument("--profile", default="quick")
    arguments = parser.parse_args()
    work = Workspace.open(arguments.profile, jobs=1)
    methods = {one.name: one for one in chosen()}
    for name in arguments.names:
        check_choice("METHOD", name, methods)
    costs = measured_before(arguments.profile) if arguments.names else {}
    for configuration in (methods[name] for name in arguments.names or methods):
        costs[configuration.name] = own = cost_of(work, configuration)
        print(f"{configuration.name}: {own}", flush=True)
    ways = {label: joined(work, label) for label in ("product", "sum", "concatenation", "nothing")}
    alone, weights = ways["nothing"]
    return report(
        "method_costs",
        [
            *(
                Claim(f"multiply-adds, {way} / two networks alone", ways[way][0] / alone, rule)
                for way, rule in (
                    ("product", ">= 1 and <= 1.001"),
                    ("sum", ">= 1 and <= 1.001"),
                    ("concatenation", ">= 1.001 and <= 1.1"),
                )
            ),
            Claim("weights, product / two networks alone", ways["product"][1] / weights, "<= 1"),
        ],
        profile=arguments.profile,
        data=work.dataset_name,
        costs={name: costs[name] for name in methods if name in costs},
    )


if __name__ == "__main__":
    sys.exit(main())
