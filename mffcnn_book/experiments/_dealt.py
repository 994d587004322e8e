"""Clips whose people or expressions chance has dealt out: what an evaluation must not find."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedKFold

from mffcnn_core.features import ClipSequence
from mffcnn_core.seeding import generator, integer_seed


def with_random_groups(inputs: ClipSequence, groups: int, *, seed: int) -> ClipSequence:
    """Return clips that claim to be of other people: random groups, each of all people.

    An evaluation of them by "subject" is one with a random split, as it is often reported:
    everybody stands on both sides.  Only to show what it would claim.

    Parameters
    ----------
    inputs : what ``recogniser.load`` returned
    groups : int
        >= 2; each gets an equal share of every expression.
    seed : int
    """
    labels: npt.NDArray[np.str_] = np.asarray(inputs.expressions)
    split = StratifiedKFold(groups, shuffle=True, random_state=integer_seed(seed, "random split"))
    clips = list(inputs.clips)
    for number, (_, chosen) in enumerate(split.split(labels, labels), start=1):
        for i in chosen:
            clips[i] = replace(clips[i], subject=f"random group {number}")
    return replace(inputs, clips=tuple(clips))


def with_permuted_labels(inputs: ClipSequence, *, seed: int) -> ClipSequence:
    """Return clips whose expressions chance has dealt out anew among them.

    Whatever a method finds in such clips is not there: on strangers it must be at chance.

    Parameters
    ----------
    inputs : what ``recogniser.load`` returned
    seed : int
    """
    dealt = generator(seed, "permuted labels").permutation(np.asarray(inputs.expressions))
    clips = (
        replace(clip, expression=str(name)) for clip, name in zip(inputs.clips, dealt, strict=True)
    )
    return replace(inputs, clips=tuple(clips))
