"""Where the parts of the method come from, as far as that is known.

``verified`` holds what was read in the named work itself or in its abstract, or follows by
computation; ``likely`` is this book's own reading, and is shown as such.
"""

from dataclasses import dataclass

from mffcnn_book.paper._references import find_reference
from mffcnn_book.paper._reported import value


@dataclass(frozen=True, kw_only=True)
class Ancestor:
    """One part of the paper beside one work that has it.

    Attributes
    ----------
    places : tuple of str
        Sections, equations, tables and figures of the paper; empty: a neighbour, no origin.
    part : str
    work : str
        Empty: none was found.
    title : str
        Telling words of its title, as the paper's reference list would print them.
    key : str
        In ``book/references.bib``; empty: without an entry.
    verified, likely : str
    """

    places: tuple[str, ...]
    part: str
    work: str = ""
    title: str = ""
    key: str = ""
    verified: str = ""
    likely: str = ""

    @property
    def reference(self) -> int | None:
        """Number of the work in the paper's reference list; None if it is not in it."""
        found = find_reference(self.title) if self.title else []
        return found[0] if found else None


PRECURSOR_ACCURACIES = {"RML": 71.06, "BAUM-1s": 52.18}
"""Accuracies (%) in the abstract of Pan, Zhang and Guo (2019), with fusion by a belief network."""

LINEAGE: tuple[Ancestor, ...] = (
    Ancestor(
        places=("Abstract", "Sec. 3.1", "Sec. 3.2", "Sec. 4.1"),
        part="Two networks, fusion by a deep belief network, SVM; RML and BAUM-1s",
        work="Pan, Zhang, Guo, Opt. Precis. Eng. 27(4):963-970, 2019",
        title="Optics and Precision Engineering",
        verified=f"Its abstract reports RML {PRECURSOR_ACCURACIES['RML']} % and BAUM-1s "
        f"{PRECURSOR_ACCURACIES['BAUM-1s']} %, fused by a belief network.",
        likely="The overall plan, the rule of 16 frames and the third channel of the flow images.",
    ),
    Ancestor(
        places=("Sec. 3.1", "Sec. 4.1"),
        part="The same plan, in English",
        work="Zhang, Pan, Cui, Zhao, Liu, IEEE Access 7, 2019",
        title="Learning Affective Video Features",
        key="zhang2019",
        verified="Its abstract: a spatial network on face images and a temporal one on optical "
        "flow, a belief network, average pooling, a linear SVM; BAUM-1s, RML and MMI.",
    ),
    Ancestor(
        places=("Sec. 3.1", "Sec. 5"),
        part="Training in two stages, a belief network as fusion network",
        work="Zhang, Zhang, Huang, Gao, Tian, IEEE TCSVT 28(10), 2018",
        title="Learning Affective Features With a Hybrid Deep Model",
        key="zhang2018",
        verified="Its abstract: networks fine-tuned first, a belief network on their outputs "
        "second, average pooling, a linear SVM; sound and pictures, RML and BAUM-1s among others.",
    ),
    Ancestor(
        places=("Sec. 3.5", "Table 1", "Table 2", "Eq. 9", "Eq. 10"),
        part="Squeeze-and-excitation residual streams that multiply; averages of models",
        work="Luo, Tong, J. on Communications 40(10):189-198, 2019",
        title="squeeze-and-excitation residual multiplier",
        key="luo2019",
        verified="Its abstract: both streams as such networks, their product, a study of the "
        "method, number and place of fusion, models averaged with and without weights.",
        likely="The plan of Tables 1 and 2 and the names of the layers.",
    ),
    Ancestor(
        places=("Sec. 3.5", "Fig. 3"),
        part="Multiplication between the residual units of two streams",
        work="Feichtenhofer, Pinz, Wildes, CVPR 2017",
        title="Spatiotemporal Multiplier Networks",
        key="feichtenhofer2017",
        verified="The product enters the residual branch of the next unit, not the skip path.",
    ),
    Ancestor(
        places=("Sec. 3.5",),
        part="Squeeze and excitation",
        work="Hu, Shen, Sun, CVPR 2018",
        title="Squeeze-and-Excitation Networks",
        key="hu2018",
        verified="The unit itself.",
    ),
    Ancestor(
        places=("Sec. 3.4", "Eq. 3", "Eq. 4", "Eq. 5", "Eq. 6", "Eq. 7", "Eq. 8", "Fig. 4"),
        part="Ordered optical flow",
        work="Wang, Cherian, Porikli, WACV 2017",
        title="Ordered Pooling of Optical Flow",
        key="wang2017",
        verified="Its abstract introduces an ordered representation of consecutive optical flow "
        "frames, for action recognition.",
        likely="The words 'behavioral video' and 'behavior recognition'.",
    ),
    Ancestor(
        places=("Sec. 3.4", "Eq. 4", "Eq. 5"),
        part="Ranking frames to pool them",
        work="Fernando et al., IEEE TPAMI 39(4), 2017; as images: Bilen et al., CVPR 2016",
        title="Rank Pooling",
        key="fernando2017",
        verified="Rank pooling smooths by the plain running mean; Eq. 3 weighs later frames more.",
    ),
    Ancestor(
        places=("Sec. 3.2",),
        part="Face detection",
        work="Baltrušaitis, Zadeh, Lim, Morency, FG 2018",
        title="Openface 2.0",
        key="baltrusaitis2018",
        verified="Cited by the paper.",
    ),
    Ancestor(
        places=("Sec. 3.3", "Sec. 3.6", "Table 3", "Fig. 5", "Fig. 6"),
        part="The two-layer network, its kernels, attenuation and learning rate",
    ),
    Ancestor(
        places=(),
        part="A neighbour: another paper of the same journal, two networks that multiply, an SVM",
        work="Zhou, J. Inf. Process. Syst. 17(2):337-351, 2021",
        title="Spatiotemporal Recurrent Neural Network and Feature Fusion",
        key="zhou2021",
        verified="Its abstract reports 70.32 % on RML.",
    ),
)


def beside_the_precursor() -> dict[str, float]:
    """Return the paper's headline minus the accuracy of Pan, Zhang and Guo (2019), in points.

    Examples
    --------
    >>> beside_the_precursor()
    {'RML': -6.49, 'BAUM-1s': 8.71}
    """
    return {
        name: round(value("Abstract", "MFFCNN", name) - percent, 2)
        for name, percent in PRECURSOR_ACCURACIES.items()
    }
