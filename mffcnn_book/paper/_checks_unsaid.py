"""Checks of what the text does not say: words that would introduce it do not occur."""

from mffcnn_book.paper._check import Absent, Quote, Values, Verdict, words

length_search = words(
    "length-search",
    Verdict.UNSPECIFIED,
    "L = 16 is found by a search from 2 to 20; neither the accuracies nor the clips searched on "
    "are given.",
    Quote("Sec. 3.2", "a sequential search within the range $[2, 20]$"),
    Absent(("validation", "held-out", "held out")),
)


one_rho = words(
    "one-rho",
    Verdict.UNSPECIFIED,
    "rho is the momentum in Eq. 12 and the decay of squared gradients in Eq. 13; one value, 0.2, "
    "is tuned for it.",
    Quote("Eq. 12", r"\rho\Delta\theta_{t-1}"),
    Quote("Eq. 13", r"\rho E[g^2]_{t-1}"),
    Values("Sec. 4.3", "0.2", row="attenuation rho"),
    reading="Figs. 5 and 6 are run with both optimisers here.",
)


data_sets_uncited = words(
    "data-sets-uncited",
    Verdict.UNSPECIFIED,
    "Neither data set has a reference, so that its version and its labels cannot be looked up.",
    Values("Sec. 4.1", "720 1,222", row="videos"),
    Absent(("RML", "BAUM", "Ryerson", "audio-visual", "audiovisual"), place="References"),
)


protocol = words(
    "protocol",
    Verdict.UNSPECIFIED,
    "How clips were divided into training and test set is described in one word.",
    Quote("Sec. 4.5", "ensuring that the training set and test set are irrelevant"),
    Absent(("fold", "leave-one", "cross-valid", "person-independent")),
    Values("Sec. 4.1", "8 31", row="people"),
    reading="Here: nobody on both sides. What a random split would have claimed is an experiment.",
)


chosen_on_what = words(
    "chosen-on-what",
    Verdict.UNSPECIFIED,
    "w, rho and eta are chosen by the accuracy on RML and BAUM-1s; nothing says that other clips "
    "were kept for the test.",
    Quote("Sec. 4.3", "the recognition rate on the RML and BAUM-ls datasets can reach the highest"),
    Values("Sec. 4.3", "28 0.2 0.02"),
    Absent(("validation", "held-out", "held out")),
    reading="A setting that was chosen on the test clips looks better there than it is.",
)


flow_algorithm = words(
    "flow-algorithm",
    Verdict.UNSPECIFIED,
    "The algorithm of the optical flow is not named.",
    Quote("Sec. 3.2", "The optical flow image represents the displacement information"),
    Absent(("Farneb", "TV-L1", "Brox", "Lucas", "Horn", "DIS flow", "FlowNet")),
    reading="Here: an option; the chapter on optical flow compares several.",
)


training_details = words(
    "training-details",
    Verdict.UNSPECIFIED,
    "Epochs, batch size, starting weights, the value of C, the layers of the belief network and "
    "the kernel of the SVM are not given.",
    Quote("Sec. 3.4", "$C$ is the compromise parameter"),
    Quote("Sec. 4", "implemented in Python 3.0 using the image processing toolbox"),
    Absent(("epoch", "batch", "dropout", "hidden", "PyTorch", "TensorFlow", "Caffe", "GPU")),
    reading="Settings records of this book hold a value for each, with its reason.",
)


UNSAID = (
    length_search,
    one_rho,
    data_sets_uncited,
    protocol,
    chosen_on_what,
    flow_algorithm,
    training_details,
)
