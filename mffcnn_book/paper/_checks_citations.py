"""Checks of the citations: what is named in the text, against the titles of the list."""

from mffcnn_book.paper._check import Computation, Quote, Verdict, check
from mffcnn_book.paper._references import REFERENCES, find_reference


def _belongs(words: str, cited: int) -> Computation:
    """Say which reference a named work is, beside the one that is cited for it."""
    (right,) = find_reference(words)
    shown = f"Cited: {_name(cited)}. The title with {words!r}: {_name(right)}."
    return Computation(right != cited, shown)


def _name(number: int) -> str:
    author, title = REFERENCES[number]
    return f"[{number}] {author}, {title}"


def _unlike(cited: tuple[int, ...], words: tuple[str, ...]) -> Computation:
    """Say that none of the cited titles has a word of the subject."""
    titles = [REFERENCES[number][1].casefold() for number in cited]
    none = not any(word in title for title in titles for word in words)
    return Computation(none, "; ".join(_name(number) for number in cited) + ".")


def _list(number: int) -> Quote:
    return Quote(f"Ref. {number}", REFERENCES[number][1])


@check(
    "cite-udsgplvm",
    Verdict.CITATION,
    "ML-UDSGPLVM is credited to Nguyen et al. [17]; it is the work of Kumar et al. [16].",
    Quote("Sec. 4.5", "ML-UDSGPLVM proposed by Nguyen et al. [17]"),
    Quote("Sec. 4.5", "ML-UDSGPLVM [17]"), _list(16), _list(17),
)  # fmt: skip
def udsgplvm() -> Computation:
    return _belongs("shared Gaussian process", 17)


@check(
    "cite-range",
    Verdict.CITATION,
    "Three works are cited as [16-18]; they are [14], [16] and [17].",
    Quote("Sec. 2", "Several studies [16-18] proposed"),
    Quote("Sec. 2", "Wasserstein generative adversarial network"), _list(14), _list(16), _list(17),
)  # fmt: skip
def cite_range() -> Computation:
    named = ("Wasserstein generative adversarial", "shared Gaussian process", "multi-level conv")
    found = [number for words in named for number in find_reference(words)]
    return Computation(found != [16, 17, 18], f"Found: {', '.join(map(_name, found))}.")


@check(
    "cite-pattern",
    Verdict.CITATION,
    "The mixed square diagonal pattern model is cited as [14]; it is [19].",
    Quote("Sec. 2", "The authors of [13,14] proposed"),
    Quote("Sec. 2", "mixed square diagonal pattern geometric model"), _list(19), _list(14),
)  # fmt: skip
def pattern() -> Computation:
    return _belongs("square-based diagonal pattern", 14)


@check(
    "cite-forest",
    Verdict.CITATION,
    "The deep forest is credited to Jain et al. [19]; it is the work of Liu et al. [18].",
    Quote("Sec. 2", "Jain et al. [19] proposed emotion recognition based on multi-component deep"),
    _list(18), _list(19),
)  # fmt: skip
def forest() -> Computation:
    return _belongs("deep forest", 19)


@check(
    "cite-ordered-flow",
    Verdict.CITATION,
    "For ordered optical flow, works on earthquake rescue and on supply chains are cited.",
    Quote("Sec. 3.4", "the long-term time-domain structure of the video is modeled [28,29]"),
    _list(28), _list(29),
    reading="See the lineage for the work that introduced it.",
)  # fmt: skip
def ordered_flow() -> Computation:
    return _unlike((28, 29), ("flow", "video", "rank", "pooling", "action"))


@check(
    "cite-residual",
    Verdict.CITATION,
    "For the squeeze-and-excitation residual network, a work on road networks is cited.",
    Quote("Sec. 3.5", "time compression excitation residual network [30]"), _list(30),
    reading="That work does use residual networks over space and time, without squeeze and "
    "excitation in its title.",
)  # fmt: skip
def residual() -> Computation:
    return _unlike((30,), ("squeeze", "excitation", "compression", "multiplier"))


@check(
    "cite-video-steps",
    Verdict.CITATION,
    "Statements on video and faces cite works on image fusion, brain images, aerial and "
    "hyperspectral images.",
    Quote("Sec. 1", "compared with single image [8]"),
    Quote("Sec. 1", "from the sequence images in the video [9]"),
    Quote("Sec. 1", "into a classifier [10,11]"), _list(8), _list(9), _list(10), _list(11),
)  # fmt: skip
def video_steps() -> Computation:
    return _unlike((8, 9, 10, 11), ("face", "facial", "expression", "video"))


@check(
    "cite-own-method",
    Verdict.CITATION,
    "A sentence credits MFFCNN, the paper's own method, to Zia et al. [25].",
    Quote("Sec. 4.5", "DWMV and MFFCNN proposed by Zia et al. [25]"), _list(25),
)  # fmt: skip
def own_method() -> Computation:
    return _unlike((25,), ("multiplicative", "convolution", "optical flow"))


@check(
    "cite-icltp",
    Verdict.NAMES,
    "The improved completed local ternary pattern is shortened to ICTP, without the L of local.",
    Quote("Sec. 2", "improved complete local ternary pattern (ICTP)"), _list(23),
    reading="Here: ICLTP.",
)  # fmt: skip
def icltp() -> Computation:
    words = "improved completed local ternary patterns"
    initials = "".join(word[0] for word in words.split()[:5]).upper()
    return Computation(
        find_reference(words) == [23] and initials == "ICLTP", f"{words}: {initials}."
    )


@check(
    "cite-openface",
    Verdict.CONSISTENT,
    "OpenFace 2.0 of the abstract is the face detector cited in Sec. 3.2.",
    Quote("Abstract", "OpenFace 2.0 is used to detect face images"),
    Quote("Sec. 3.2", "the face detection algorithm proposed in reference [27]"), _list(27),
)  # fmt: skip
def openface() -> Computation:
    return Computation(find_reference("Openface 2.0") == [27], f"{_name(27)}.")


CITATIONS = (
    udsgplvm,
    cite_range,
    pattern,
    forest,
    ordered_flow,
    residual,
    video_steps,
    own_method,
    icltp,
    openface,
)
