import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import LinearSVC

from mffcnn_core import pooling
from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling import _exact
from mffcnn_core.pooling._gram import window_grams

KINDS = pooling.SMOOTHINGS


def moving(envelopes, *, size=12, noise=0.05, seed=0):
    """A few smooth motion patterns, each following its envelope over time, plus noise."""
    rng = np.random.default_rng(seed)
    patterns = rng.standard_normal((len(envelopes), size, size, 2))
    flow = np.tensordot(np.array(envelopes).T, patterns, axes=1)
    return (flow + noise * rng.standard_normal(flow.shape)).astype(np.float32)


def rise_and_fall(length=20, **options):
    t = np.linspace(0, 1, length)
    return moving([np.sin(2 * np.pi * t), np.cos(3 * t), np.full(length, 0.3)], **options)


def gram_of(flow, smoothing="weighted"):
    flat = flow.reshape(len(flow), -1).astype(float)
    smooth = pooling.smoothing_matrix(len(flow), smoothing)
    return smooth @ (flat @ flat.T) @ smooth.T


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [1, 2, 3, 28, 147])
def test_smoothing_rows_are_means_over_the_past(kind, length):
    matrix = pooling.smoothing_matrix(length, kind)
    assert np.allclose(matrix.sum(axis=1), 1)
    assert np.array_equal(matrix, np.tril(matrix))


def test_eq_3_weights_the_latest_most():
    assert np.allclose(pooling.smoothing_matrix(4)[3], np.array([1, 2, 3, 4]) / 10)


@pytest.mark.parametrize("kind", KINDS)
@given(length=st.integers(1, 200))
@settings(deadline=None, max_examples=30)
def test_closed_forms_are_the_direct_one_through_the_smoothing(kind, length):
    t = np.arange(1, length + 1)
    through = (2 * t - length - 1) @ pooling.smoothing_matrix(length, kind)
    given = pooling.approximate_coefficients(length, kind)
    assert np.allclose(given, through, atol=1e-9 * length**2)
    assert abs(given.sum()) < 1e-9 * length**2  # the "-1" that public ports drop


@pytest.mark.parametrize("solver", ["exact", "approximate"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_static_clip_gives_nothing(solver, kind):
    still = np.repeat(moving([np.ones(1)], noise=0), 9, axis=0)
    G = pooling.rank_pool(still, solver=solver, smoothing=kind)
    assert np.abs(G).max() < 1e-4 * np.abs(still).max()


def test_a_large_static_clip_gives_exactly_nothing():
    still = np.repeat(moving([np.ones(1)], size=224, noise=0), 28, axis=0)
    assert not pooling.rank_pool(still).any()


@pytest.mark.parametrize("solver", pooling.SOLVERS)
def test_a_single_field(solver):
    G = pooling.rank_pool(rise_and_fall(1), solver=solver)
    assert G.any() == (solver == "svr")  # which puts a single field at 1, not before another


def test_svr_of_nothing_is_nothing():
    assert not pooling.rank_pool(np.zeros((3, 4, 4, 2), np.float32), solver="svr").any()


@pytest.mark.parametrize("solver", ["exact", "approximate"])
def test_time_reversal_turns_the_unsmoothed_map_around(solver):
    flow = rise_and_fall()
    there = pooling.rank_pool(flow, solver=solver, smoothing="none")
    back = pooling.rank_pool(flow[::-1].copy(), solver=solver, smoothing="none")
    assert np.abs(there + back).max() < 1e-3 * np.abs(there).max()


@pytest.mark.parametrize("length", [1, 2, 28])
def test_time_reversal_flips_the_direct_closed_form(length):
    c = pooling.approximate_coefficients(length, "none")
    assert np.array_equal(c[::-1], -c)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("length", [2, 5, 28])
def test_primal_equals_dual(C, length):
    gram = gram_of(rise_and_fall(length, size=16))
    found = pooling.certify(pooling.exact_coefficients(gram, C=C), gram, C=C)
    assert -1e-9 <= found.relative_gap <= 1e-4


@pytest.mark.parametrize(("C", "slack"), [(1e-3, True), (1e4, False)])
def test_both_ways_to_the_solution_agree(C, slack):
    gram = gram_of(rise_and_fall(12))
    neighbours = np.diff(np.eye(12), axis=0)
    quick = _exact._order_neighbours(neighbours @ gram @ neighbours.T, C)
    assert (quick is None) == slack
    general = _exact._trade_off_pairs(gram, C, 1e-6, 10**6)
    found = pooling.exact_coefficients(gram, C=C)
    best, other = (pooling.objective(a, gram, C=C) for a in (found, general))
    assert best == pytest.approx(other, rel=1e-4)
    i, j = np.triu_indices(12, 1)
    margins = (gram @ found)[j] - (gram @ found)[i]
    assert (margins.min() < 0.999) == slack


def test_two_equal_fields_among_others_leave_a_certified_solution():
    flow = rise_and_fall(8)
    gram = gram_of(flow[[0, 1, 2, 2, 3, 4, 5, 6]], "none")  # a margin that cannot be kept
    found = pooling.certify(pooling.exact_coefficients(gram), gram)
    assert found.primal > 1
    assert -1e-9 <= found.relative_gap <= 1e-4


def test_the_certificate_exposes_a_wrong_solution():
    gram = gram_of(rise_and_fall())
    good = pooling.exact_coefficients(gram)
    assert pooling.certify(1.1 * good, gram).relative_gap > 0.01
    assert pooling.certify(np.zeros(len(gram)), gram).relative_gap > 0.5


def test_reduction_agrees_with_the_full_problem():
    flow = rise_and_fall(8, size=6)
    flat = pooling.smoothing_matrix(8) @ flow.reshape(8, -1)
    i, j = np.triu_indices(8, 1)
    sign = np.where(np.arange(len(i)) % 2, -1.0, 1.0)
    svm = LinearSVC(loss="hinge", C=0.5, fit_intercept=False, tol=1e-8, max_iter=10**6)
    full = svm.fit((flat[j] - flat[i]) * sign[:, None], sign).coef_[0]
    G = pooling.rank_pool(flow, C=1.0, C_scale="absolute").ravel()
    assert np.abs(G - full).max() < 1e-3 * np.abs(full).max()


def test_eqs_7_and_8_on_two_channels_are_eqs_4_and_5_on_the_stack():
    # The "de-correlated" problem has the margin <Gx, f^x> + <Gy, f^y>: the same Gram matrix.
    flow = rise_and_fall(10)
    smooth = pooling.smoothing_matrix(10)
    x, y = (smooth @ flow[..., c].reshape(10, -1).astype(float) for c in (0, 1))
    a = pooling.exact_coefficients(x @ x.T + y @ y.T)
    split = np.stack([a @ x, a @ y], axis=-1).reshape(12, 12, 2)
    there = pooling.rank_pool(flow, C=1.0, C_scale="absolute")
    assert np.abs(split - there).max() < 1e-3 * np.abs(split).max()


def test_exact_orders_what_the_closed_form_cannot():
    flow = rise_and_fall(28, size=16)
    gram = gram_of(flow)
    smooth = pooling.smoothing_matrix(28)

    def ordered_pairs(raw_coefficients):
        flat = flow.reshape(28, -1).astype(float)
        score = smooth @ flat @ (raw_coefficients @ flat)
        i, j = np.triu_indices(28, 1)
        return (score[j] > score[i]).mean()

    exact = ordered_pairs(pooling.exact_coefficients(gram) @ smooth)
    assert exact > ordered_pairs(pooling.approximate_coefficients(28))
    assert exact > 0.99


def test_svr_regresses_the_order():
    flow = rise_and_fall(12)
    G = pooling.rank_pool(flow, solver="svr", C=1.0, C_scale="absolute").ravel()
    score = pooling.smoothing_matrix(12) @ flow.reshape(12, -1) @ G
    assert np.corrcoef(score, np.arange(12))[0, 1] > 0.99


@pytest.mark.parametrize(
    ("n_flows", "window", "count"),
    [(147, 28, 9), (15, 28, 1), (28, 28, 1), (29, 28, 1), (42, 28, 2), (41, 28, 1), (49, 28, 2)],
)
def test_window_counts(n_flows, window, count):
    spans = pooling.windows(n_flows, window=window)
    assert len(spans) == count
    assert spans[-1].stop <= n_flows


def test_a_last_window_is_flush_to_the_end_when_half_a_window_remains():
    assert pooling.windows(10, window=4, stride=4)[-1] == slice(6, 10)
    assert pooling.windows(9, window=4, stride=4)[-1] == slice(4, 8)


def test_windows_are_pooled_each_by_itself():
    flow = rise_and_fall(20)
    spans = pooling.windows(20, window=8)
    together = pooling.rank_pool_windows(flow, spans)
    alone = np.stack([pooling.rank_pool(flow[span].copy()) for span in spans])
    assert np.abs(together - alone).max() < 1e-4 * np.abs(alone).max()


@pytest.mark.parametrize(
    "spans",
    [
        [slice(0, 6), slice(3, 9), slice(6, 12)],
        [slice(0, 6), slice(1, 7), slice(1, 7)],
        [slice(6, 12), slice(0, 6), slice(8, 9), slice(2, 11), slice(4, 8)],
    ],
)
@pytest.mark.parametrize("width", [7, 5000])
def test_gram_matrices_of_overlapping_windows(spans, width):
    fields = np.random.default_rng(0).standard_normal((12, width)).astype(np.float32)
    exact = fields.astype(float) @ fields.T.astype(float)
    for span, gram in zip(spans, window_grams(fields, spans), strict=True):
        assert np.abs(gram - exact[span, span]).max() < 1e-6 * exact.max()
        assert np.array_equal(gram, gram.T)


@pytest.mark.parametrize("solver", pooling.SOLVERS)
def test_the_windows_of_a_clip_are_pooled_without_a_copy_of_the_flow(solver):
    flow = rise_and_fall(80, size=48)
    tracemalloc.start()
    try:
        pooled = pooling.rank_pool_windows(flow, pooling.windows(80, window=10), solver=solver)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # the answer, the truth value of each number's being finite, and small matrices
    assert peak < pooled.nbytes + 0.3 * flow.nbytes + 200_000


def test_min_max_per_channel_and_jointly():
    image = np.dstack([np.arange(4.0).reshape(2, 2), 10 + np.arange(4.0).reshape(2, 2)])
    apart, joint = pooling.min_max(image), pooling.min_max(image, normalisation="joint")
    assert apart[..., 0].max() == apart[..., 1].max() == 255
    assert apart[..., 1].min() == 0
    assert joint[..., 1].min() > 0
    assert joint.max() == 255


def test_min_max_of_something_constant():
    image = np.dstack([np.arange(4.0).reshape(2, 2), np.full((2, 2), 7.0)])
    assert not pooling.min_max(image)[..., 1].any()
    assert pooling.min_max(image)[..., 0].max() == 255
    assert not pooling.min_max(image[..., 1:], normalisation="joint").any()


def test_min_max_moves_no_motion_off_mid_grey():
    image = np.array([[[-1.0]], [[0.0]], [[3.0]]])
    assert pooling.min_max(image)[1, 0, 0] == pytest.approx(255 / 4)


def test_signed_scaling_keeps_no_motion_at_mid_grey_and_the_sign():
    image = np.dstack([[[-1.0], [0.0], [3.0]], [[0.0], [0.0], [0.0]]])
    scaled = pooling.min_max(image, normalisation="signed")
    assert scaled[:, 0, 0] == pytest.approx([85, 127.5, 255])
    assert np.all(scaled[..., 1] == 127.5)


@pytest.mark.parametrize("third", ["magnitude", "ranked_magnitude", "zero"])
def test_maps_have_three_channels_in_range(third):
    maps = pooling.ordered_flow_maps(rise_and_fall(20), window=8, third=third)
    assert maps.shape == (4, 12, 12, 3)
    assert maps.dtype == np.float32
    assert maps.min() == 0
    assert maps.max() == pytest.approx(255)
    assert maps[..., 2].any() == (third != "zero")


def test_third_channels():
    flow = rise_and_fall(8)
    maps = {
        t: pooling.ordered_flow_maps(flow, third=t)[0] for t in ("magnitude", "ranked_magnitude")
    }
    G = pooling.rank_pool(flow)
    length = np.hypot(G[..., 0], G[..., 1])[..., None]
    assert np.array_equal(maps["magnitude"][..., 2:], pooling.min_max(length))
    speed = np.hypot(flow[..., 0], flow[..., 1])
    ranked = pooling.rank_pool(np.stack([speed, np.zeros_like(speed)], axis=-1))[..., :1]
    assert np.abs(maps["ranked_magnitude"][..., 2:] - pooling.min_max(ranked)).max() < 0.1


def test_joint_normalisation_keeps_the_proportion_of_x_and_y():
    flow = rise_and_fall(8) * np.array([1, 0.1], np.float32)
    apart, joint = (
        pooling.ordered_flow_maps(flow, normalisation=n)[0, ..., :2] for n in ("channel", "joint")
    )
    assert np.ptp(apart[..., 1]) == pytest.approx(255)
    assert np.ptp(joint[..., 1]) < 80


@pytest.mark.parametrize(
    "wrong", [{"third": "magic"}, {"normalisation": "magic"}, {"window": 0}, {"stride": 0}]
)
def test_wrong_options_of_maps_are_refused_before_the_work(wrong, monkeypatch):
    def work(*arguments, **options):
        raise AssertionError("the flow was pooled")

    monkeypatch.setattr("mffcnn_core.pooling._maps.rank_pool_windows", work)
    with pytest.raises(ParameterError, match=f"{next(iter(wrong))}: expected"):
        pooling.ordered_flow_maps(rise_and_fall(3), **wrong)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: pooling.rank_pool(f, solver="magic"), "solver: expected one of exact"),
        (lambda f: pooling.rank_pool(f, smoothing="magic"), "smoothing: expected one of weighted"),
        (lambda f: pooling.rank_pool(f, C=0), "C: expected a trade-off > 0"),
        (lambda f: pooling.rank_pool(f, C=-1, solver="svr"), "C: expected a trade-off > 0"),
        (lambda f: pooling.exact_coefficients(np.eye(3), C=np.nan), "C: expected a trade-off > 0"),
        (lambda f: pooling.rank_pool(f[:0]), "length: expected at least 1, got 0. A clip of"),
        (lambda f: pooling.rank_pool_windows(f, [slice(1, 4)]), "spans: expected windows slice"),
        (lambda f: pooling.rank_pool_windows(f, [slice(2, 2)]), "spans: expected windows slice"),
        (lambda f: pooling.rank_pool_windows(f, [slice(0, 3, 2)]), "spans: expected windows slice"),
        (lambda f: pooling.ordered_flow_maps(f[:0]), "n_flows: expected at least 1"),
        (lambda f: pooling.ordered_flow_maps(f[..., 0]), "flow: expected float32 flow"),
        (lambda f: pooling.rank_pool(f[..., 0]), "flow: expected float32 flow"),
        (lambda f: pooling.windows(0), "n_flows: expected at least 1"),
        (lambda f: pooling.windows(3, window=0), "window: expected at least 1"),
        (lambda f: pooling.smoothing_matrix(0), "length: expected at least 1"),
        (lambda f: pooling.approximate_coefficients(0), "length: expected at least 1"),
        (lambda f: pooling.approximate_coefficients(3, "magic"), "smoothing: expected one of"),
        (
            lambda f: pooling.min_max(f, normalisation="magic"),
            "normalisation: expected one of channel",
        ),
        (lambda f: pooling.ordered_flow_maps(f, third="magic"), "third: expected one of magnitude"),
    ],
)
def test_bad_options_are_refused(call, message):
    with pytest.raises(ParameterError, match=message):
        call(rise_and_fall(3))
