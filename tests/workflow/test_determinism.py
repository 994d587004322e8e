"""Two tiers: the same bytes on one machine, and nearly the same numbers on other threads."""

import json

import numpy as np
import pytest

pytestmark = pytest.mark.slow

TOLERANCE = 1e-3
"""Of a score, between numbers of threads: see book/how_to_scale.md."""


def scores(project):
    variants = json.loads(project.results())["variants"]
    return {name: np.array(variant["scores"]) for name, variant in variants.items()}


def test_a_second_clean_run_gives_the_same_bytes_also_on_another_number_of_processes(
    make_project, finished
):
    other = make_project()
    other.make(cores=1)
    assert other.results() == finished.results()


def test_another_seed_gives_other_bytes(project, finished):
    project.profile.write_text(project.profile.read_text() + "seed: 1\n")
    project.call("evaluate", "--jobs", 1)
    assert project.results() != finished.results()
    differences = [abs(scores(project)[n] - s).max() for n, s in scores(finished).items()]
    assert max(differences) > TOLERANCE  # the test below would notice


def test_other_numbers_of_threads_give_nearly_the_same_scores(project, finished):
    text = project.profile.read_text()
    project.profile.write_text(
        text.replace("images_per_clip: 1}", "images_per_clip: 1, threads: 2}")
    )
    project.call("evaluate", "--jobs", 1)
    for name, expected in scores(finished).items():
        np.testing.assert_allclose(scores(project)[name], expected, atol=TOLERANCE, err_msg=name)
