"""Checks of the described method: parts that exclude each other."""

from mffcnn_book.paper._check import Computation, Quote, Values, Verdict, check, words
from mffcnn_book.paper._reported import value
from mffcnn_core.expressions import EXPRESSIONS, canonical_expression


@check(
    "flows-of-a-fragment",
    Verdict.CONSISTENT,
    "A fragment of 16 frames has 15 flow images.",
    Values("Sec. 3.2", "16", row="fragment L"),
    Values("Sec. 3.2", "15", row="flow images of a fragment"),
)
def flows_of_a_fragment() -> Computation:
    frames = value("Sec. 3.2", "fragment L")
    flows = value("Sec. 3.2", "flow images of a fragment")
    return Computation(flows == frames - 1, f"{frames:.0f} - 1 = {flows:.0f}.")


@check(
    "window-against-fragment",
    Verdict.CONTRADICTION,
    "Sub-sequences of 28 flow images do not fit into the fragments of 16 frames that each video "
    "is divided into.",
    Values("Sec. 3.2", "16", row="fragment L"),
    Values("Sec. 4.3", "28", row="sub-sequence w"),
    Quote("Sec. 3.2", "divides each video into 16-frame-sized fragments"),
    Quote("Sec. 4.3", "when $w$ is 28, the recognition results"),
    reading="Here: ordered flow runs over the whole video, fragments are for single frames and "
    "plain flow. The literal reading is an experiment of Fig. 4.",
)
def window_against_fragment() -> Computation:
    flows, window = value("Sec. 3.2", "fragment L") - 1, value("Sec. 4.3", "sub-sequence w")
    return Computation(window > flows, f"{flows:.0f} flow images, windows of {window:.0f}.")


@check(
    "negative-copies",
    Verdict.EQUATION,
    "For a short video (L - 16)/2 frames are to be copied, a negative number; for odd differences "
    "it is no whole number.",
    Quote("Sec. 3.2", "When $L < 16$ , the front and back $(L - 16)/2$ frames"),
    reading="Here: (16 - L)/2, rounded down at the front and up at the back.",
)
def negative_copies() -> Computation:
    frames = int(value("Sec. 3.2", "fragment L"))
    short, odd = (frames - 4 - frames) / 2, (frames + 1 - frames) / 2
    shown = f"L = {frames - 4}: {short:g} frames; L = {frames + 1}: {odd:g} frames."
    return Computation(short < 0 and odd % 1 > 0, shown)


@check(
    "divide-or-discard",
    Verdict.CONTRADICTION,
    "Each video is divided into fragments, and everything but its 16 middle frames is discarded; "
    "L is the length of a fragment and of the video.",
    Quote("Sec. 3.2", "divides each video into 16-frame-sized fragments"),
    Quote("Sec. 3.2", "this paper discards the front and back $(L - 16)/2$ frames of the video"),
    Values("Sec. 3.2", "16", row="fragment L"),
    reading="Here: whole fragments, the remainder trimmed at both ends. The 16 middle frames are "
    "an option.",
)
def divide_or_discard() -> Computation:
    size, video = int(value("Sec. 3.2", "fragment L")), 150
    kept = video // size * size
    return Computation(kept != size, f"Of {video} frames {kept} are kept, or {size}.")


backbones = words(
    "backbones",
    Verdict.UNSPECIFIED,
    "Three networks are described, and it is not said which gives which table.",
    Quote("Sec. 3.3", "a simple convolutional network structure can be designed"),
    Quote("Sec. 3.4", "each subsequence with an input of VGG-16"),
    Quote("Sec. 3.5", "space compression excitation residual network"),
    reading="Four pipelines stand for them here, each for its tables.",
)


fusion_way = words(
    "fusion-way",
    Verdict.CONTRADICTION,
    "The streams are fused by a deep belief network in Sec. 3.1 and by multiplication in Sec. "
    "3.5 and the abstract.",
    Quote("Sec. 3.1", "the spatial-temporal feature fusion based on DBN"),
    Quote("Abstract", "are fused by multiplication"),
    reading="Here both: the networks multiply, the belief network sees their features. Leaving "
    "it out is an experiment.",
)


optimiser = words(
    "optimiser",
    Verdict.CONTRADICTION,
    "Two optimisers are each 'selected for training'.",
    Quote("Sec. 3.6", "the momentum algorithm is selected for training"),
    Quote("Sec. 3.6", "The Adadelta algorithm is selected for training"),
    reading="Both are options here; the chapter on training compares them.",
)


@check(
    "rho-range",
    Verdict.CONTRADICTION,
    "rho lies strictly between 0 and 1, and is searched from 0.1 to 1.",
    Quote("Sec. 3.6", "Its value is between (0, 1)"),
    Quote("Sec. 4.3", "the value range of attenuation coefficient is 0.1–1"),
    reading="rho = 1 would freeze Eq. 13 at its start; it is left out here.",
)
def rho_range() -> Computation:
    mean_square = 0.0
    for gradient in (1.0, -2.0, 3.0):
        mean_square = 1.0 * mean_square + (1 - 1.0) * gradient**2  # Eq. 13 with rho = 1
    shown = f"Eq. 13 with rho = 1 keeps E[g^2] at {mean_square:g} whatever the gradients are."
    return Computation(mean_square == 0, shown)


classifier = words(
    "classifier",
    Verdict.UNSPECIFIED,
    "A softmax layer classifies in Sec. 3.3, a support vector machine in Sec. 3.1; the paper does "
    "not say how the two fit together.",
    Quote("Sec. 3.3", "the softmax function is selected"),
    Quote("Sec. 3.1", "classified by using support vector machine (SVM)"),
    reading="Here: softmax trains the networks, a linear SVM decides on their features.",
)


full_convolutional = words(
    "full-convolutional",
    Verdict.CONTRADICTION,
    "A network called full convolutional has a fully connected layer.",
    Quote("Sec. 3.3", "Using full convolutional network"),
    Quote("Sec. 3.3", "a down-sampling layer, a fully connected layer and an output layer"),
)


third_channel = words(
    "third-channel",
    Verdict.CONTRADICTION,
    "The third channel of the flow images is justified by the input of DCNN_s; flow images go "
    "into the temporal network.",
    Quote("Sec. 3.2", "Considering that the input of $DCNN_s$ is RGB image"),
    Quote("Sec. 3.1", "Temporal CNN mainly processes video optical flow signals"),
)


behaviour = words(
    "behaviour",
    Verdict.NAMES,
    "The videos are called behavioral, and the task behavior recognition, in the part on ordered "
    "flow.",
    Quote("Sec. 3.4", "generated for each behavioral video"),
    Quote("Sec. 4.3", "for behavior recognition"),
    Quote("Sec. 4", "the proposed method is compared with several other new facial expression"),
    reading="Words of action recognition, where ordered flow comes from: see the lineage.",
)


@check(
    "names",
    Verdict.NAMES,
    "One class, one data set and the method itself have several names.",
    Quote("Sec. 4.1", "angry, disgusted, scared, happy, sad and surprised"),
    Quote("Sec. 4.4", "it is difficult to identify aversion"),
    Quote("Sec. 4.1", "The BAUM-ls dataset"),
    Quote("Sec. 4.4", "BALUM-ls"),
    Quote("Sec. 5", "Baum-ls"),
    Quote("Sec. 4.4", "MFCNN can learn"),
    reading="Here: disgust, BAUM-1s (with the digit), MFFCNN.",
)
def names() -> Computation:
    same = {canonical_expression(name) for name in ("hate", "disgusted", "aversion")}
    sets = {"BAUM-ls", "BALUM-ls", "Baum-ls"}
    shown = f"hate, disgusted, aversion: {', '.join(same)}. {', '.join(sorted(sets))}: BAUM-1s."
    return Computation(same == {"disgust"}, shown)


@check(
    "baum-expressions",
    Verdict.CONSISTENT,
    "BAUM-1s is said to have 8 expressions: its authors name as many emotions, and four mental "
    "states besides.",
    Values("Sec. 4.1", "8", "BAUM-1s", "expressions"),
    reading="After the abstract of 'BAUM-1: A Spontaneous Audio-Visual Face Database of Affective "
    "and Mental States'.",
)
def baum_expressions() -> Computation:
    emotions = (*EXPRESSIONS, "boredom", "contempt")
    states = ("unsure", "thinking", "concentrating", "bothered")
    printed = value("Sec. 4.1", "expressions", "BAUM-1s")
    shown = f"Emotions: {', '.join(emotions)}. Mental states: {', '.join(states)}."
    return Computation(len(emotions) == printed, shown)


METHOD = (
    baum_expressions,
    flows_of_a_fragment,
    window_against_fragment,
    negative_copies,
    divide_or_discard,
    backbones,
    fusion_way,
    optimiser,
    rho_range,
    classifier,
    full_convolutional,
    third_channel,
    behaviour,
    names,
)
