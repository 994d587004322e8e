"""Checks of the equations: each slip is shown on numbers, beside the form that was meant.

They are read in a text version of the paper, where the typesetting of equations can suffer.
"""

import numpy as np

from mffcnn_book.paper._check import Computation, Quote, Verdict, check, words


def _smoothed(frames: np.ndarray) -> np.ndarray:
    """Eq. 3 as a weighted mean: weights i / (1 + ... + t)."""
    weights = np.arange(1, len(frames) + 1)
    return np.cumsum(weights * frames) / np.cumsum(weights)


eq2 = words(
    "eq2-index",
    Verdict.EQUATION,
    "Eq. 2 has K classes; the text counts them up to k, which is the index of the sum.",
    Quote("Eq. 2", r"\sum_{k=1}^K \exp(z_k)"),
    Quote("Sec. 3.3", r"$j = 1, 2, \dots, k$"),
)


@check(
    "eq3-denominator",
    Verdict.EQUATION,
    "The denominator of Eq. 3 is a sum over j up to j, and the left side has no index t.",
    Quote("Eq. 3", r"\hat{f} = \sum_{i=1}^t \frac{i}{\sum_{j=1}^j} f_i"),
    Quote("Sec. 3.4", "weighted moving average graph of the $t$ frame"),
    reading="Here: i / (1 + 2 + ... + t), with which it is a weighted average.",
)
def eq3() -> Computation:
    sums = [sum(i / (t * (t + 1) / 2) for i in range(1, t + 1)) for t in (1, 5, 28)]
    up_to_i = sum(i / (i * (i + 1) / 2) for i in range(1, 29))
    return Computation(
        bool(np.allclose(sums, 1) and not np.isclose(up_to_i, 1)),
        f"Weights sum to {sums[-1]:.2f} if the denominator runs to t, to {up_to_i:.2f} at t = 28 "
        "if it runs to i.",
    )


@check(
    "eq6-hats",
    Verdict.EQUATION,
    "Eq. 6 is called equivalent to Eqs. 4 and 5 and has the raw flow in place of the smoothed one.",
    Quote("Eq. 5", r"\langle G, \hat{f}_j \rangle - \langle G, \hat{f}_i \rangle"),
    Quote("Eq. 6", r"[1 - \langle G, f_j \rangle + \langle G, f_i \rangle]_+"),
    reading="Here: the smoothed flow in both.",
)
def eq6_hats() -> Computation:
    raw = np.array([0.0, 2.0, 1.9])
    smooth, g = _smoothed(raw), 20.0

    def hinge(values: np.ndarray) -> float:
        pairs = [(i, j) for j in range(3) for i in range(j)]
        return sum(max(0.0, 1 - g * (values[j] - values[i])) for i, j in pairs)

    return Computation(
        hinge(smooth) == 0 < hinge(raw),
        f"Flow {', '.join(f'{v:g}' for v in raw)} and G = {g:g}: loss {hinge(smooth):.1f} on the "
        f"smoothed flow, {hinge(raw):.1f} on the raw one.",
    )


eq4_dimensions = words(
    "eq4-dimensions",
    Verdict.EQUATION,
    "The depth of G is d3 in Eq. 4 and 2 in Eq. 6; in Eq. 7 each single channel has depth 2.",
    Quote("Eq. 4", r"\min_{G \in R^{d_1 \times d_2 \times d_3}"),
    Quote("Eq. 6", r"\min_{G \in R^{d_1 \times d_2 \times 2}}"),
    Quote("Eq. 7", r"\min_{G_x, G_y \in R^{d_1 \times d_2 \times 2}"),
    Quote("Sec. 3.4", r"$G_x$ and $G_y \in R^{d_1 \times d_2}$ are two channels"),
    reading="Here: two channels, x and y.",
)


@check(
    "eq7-norms",
    Verdict.EQUATION,
    "Eq. 7 has the norm of all of G and an unsquared norm of G_y.",
    Quote("Eq. 7", r"\|G\|^2 + \|G_y\|"),
    reading="Here: the squared norms of G_x and G_y, whose sum is that of G.",
)
def eq7() -> Computation:
    x, y = np.array([1.0, 2.0]), np.array([2.0, 4.0])
    both = np.concatenate([x, y])
    meant, printed = x @ x + y @ y, both @ both + np.linalg.norm(y)
    return Computation(
        bool(np.isclose(meant, both @ both) and printed > meant),
        f"In an example the squared norms of G_x and G_y sum to {meant:.1f}, which is that of G; "
        f"as printed it is {printed:.1f}.",
    )


@check(
    "eq8-margin",
    Verdict.EQUATION,
    "The constraint of Eq. 8 is broken in two, with a sign that makes it nearly empty: a still "
    "clip, which has no order, satisfies it.",
    Quote("Eq. 8", r"> - \langle G_x, \hat{f}_i^x \rangle"),
    Quote("Eq. 8", r"\langle G_y, \hat{f}_j^y \rangle \geq 1 - \xi_{ij}"),
    reading="Here: the margin of Eq. 5, summed over both channels.",
)
def eq8() -> Computation:
    fx, fy, gx, gy = 1.0, 1.0, 1.0, 1.0  # every frame alike
    meant = (gx * fx + gy * fy) - (gx * fx + gy * fy) >= 1
    printed = gx * fx + gy * fy > -gx * fx and gy * fy >= 1
    return Computation(
        printed and not meant,
        f"A still clip without slack {'satisfies' if meant else 'does not satisfy'} Eq. 5 and "
        f"{'satisfies' if printed else 'does not satisfy'} Eq. 8 as printed.",
    )


@check(
    "eq7-decorrelation",
    Verdict.EQUATION,
    "Eqs. 7 and 8 are said to de-correlate the channels; corrected, they are Eqs. 4 and 5 again.",
    Quote("Sec. 3.4", "de-correlated by diagonalizing the matrix"),
    reading="One solver serves both here, and a test asserts it.",
)
def decorrelation() -> Computation:
    rng = np.random.default_rng(0)
    gx, gy, fx, fy = rng.normal(size=(4, 12))
    g, f = np.concatenate([gx, gy]), np.concatenate([fx, fy])
    apart = abs(g @ f - (gx @ fx + gy @ fy)) + abs(g @ g - (gx @ gx + gy @ gy))
    return Computation(
        apart < 1e-12,
        "In an example the products and norms of the stacked vector are the sums over its "
        "channels, up to rounding.",
    )


@check(
    "eq10-mean",
    Verdict.EQUATION,
    "Eq. 10 divides by N although its weights sum to 1.",
    Quote("Eq. 10", r"\frac{\sum_{i=1}^N w_i q_i}{N}"),
    Quote("Sec. 3.5", r"\sum_{i=1}^N w_i = 1"),
    reading="It changes no answer: all scores of a clip get one common factor.",
)
def eq10() -> Computation:
    scores = np.array([[0.2, 0.8], [0.6, 0.4]])
    mean, literal = scores.mean(axis=0), (np.array([0.5, 0.5]) @ scores) / 2
    return Computation(
        bool(np.allclose(literal, mean / 2) and literal.argmax() == mean.argmax()),
        f"Equal weights: Eq. 9 gives {' and '.join(f'{v:.1f}' for v in mean)}, Eq. 10 "
        f"{' and '.join(f'{v:.1f}' for v in literal)}.",
    )


formula_numbers = words(
    "formula-numbers",
    Verdict.EQUATION,
    "The text calls Eqs. 9 and 10 Formula (8) and Formula (9).",
    Quote("Sec. 3.5", "are shown in Formula (8) and Formula (9), respectively"),
    Quote("Eq. 9", r"Score = \frac{\sum_{i=1}^N q_i}{N}"),
)


@check(
    "eq11-binary",
    Verdict.EQUATION,
    "Eq. 11 is the cross entropy of one yes-or-no output; the network has six outputs and a "
    "softmax.",
    Quote("Eq. 11", r"[y \ln a + (1-y) \ln(1-a)]"),
    Quote("Sec. 3.3", "This layer contains 6 neurons"),
    reading="Here: categorical cross entropy; Eq. 11 summed over the outputs is an option.",
)
def eq11() -> Computation:
    shares, true = np.array([0.5, 0.3, 0.1, 0.05, 0.03, 0.02]), 0
    target = np.eye(6)[true]
    categorical = -np.log(shares[true])
    binary = -(target * np.log(shares) + (1 - target) * np.log(1 - shares)).sum()
    return Computation(
        binary > categorical,
        f"One clip, share {shares[true]} for its class: {categorical:.2f} categorical, "
        f"{binary:.2f} by Eq. 11 summed over six outputs.",
    )


@check(
    "eq14-gradient",
    Verdict.EQUATION,
    "Eq. 14 has no gradient: all weights would move in one direction.",
    Quote("Eq. 14", r"\Delta\theta_t = -\eta / (E[g^2]_t + \varepsilon)^{1/2}"),
    reading="Here: times g_t.",
)
def eq14() -> Computation:
    eta, rho, eps = 0.02, 0.2, 1e-6
    steps = {}
    for gradient in (1.0, -1.0):
        root = np.sqrt((1 - rho) * gradient**2 + eps)
        steps[gradient] = (-eta / root, -eta * gradient / root)
    printed, meant = zip(*steps.values(), strict=True)
    return Computation(
        printed[0] == printed[1] and meant[0] == -meant[1],
        f"Gradients +1 and -1: steps {printed[0]:.3f} and {printed[1]:.3f} as printed, "
        f"{meant[0]:.3f} and {meant[1]:.3f} with the gradient.",
    )


@check(
    "eq14-name",
    Verdict.EQUATION,
    "Eqs. 13 and 14 are called Adadelta; Adadelta has no learning rate in that place but a running "
    "mean of squared steps. With the gradient they are RMSProp.",
    Quote("Sec. 3.6", "The Adadelta algorithm is selected for training"),
    Quote("Eq. 14", r"-\eta"),
    Quote("Eq. 13", r"(1-\rho)g_t^2"),
)
def eq14_name() -> Computation:
    rho, eps, eta = 0.2, 1e-6, 0.02
    mean_gradient = (1 - rho) * 1.0
    adadelta = np.sqrt(eps) / np.sqrt(mean_gradient + eps)
    rmsprop = eta / np.sqrt(mean_gradient + eps)
    return Computation(
        not np.isclose(adadelta, rmsprop),
        f"First step for a gradient of 1: Adadelta {adadelta:.4f}, RMSProp {rmsprop:.4f}.",
    )


EQUATIONS = (
    eq2,
    eq3,
    eq4_dimensions,
    eq6_hats,
    eq7,
    eq8,
    decorrelation,
    eq10,
    formula_numbers,
    eq11,
    eq14,
    eq14_name,
)
