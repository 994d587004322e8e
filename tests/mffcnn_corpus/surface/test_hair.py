import dataclasses

import numpy as np
import pytest

from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._hair import HAIR_STYLES, hair_on_scalp, make_hair_cards


def _person(identity: Identity, style: str) -> Identity:
    return dataclasses.replace(identity, hair_style=style)


@pytest.mark.parametrize("style", HAIR_STYLES)
def test_hair_grows_on_the_scalp_and_never_on_the_face(
    symmetric_identity: Identity, style: str
) -> None:
    person = _person(symmetric_identity, style)
    s = np.array([[0.0, 0.3, 0.0, 0.98]], np.float32)
    t = np.array([[0.1, -0.5, 1.3, 0.8]], np.float32)
    eyes, cheek, crown, temple = hair_on_scalp(person, s, t, 0.2)[0]

    assert eyes == cheek == 0
    assert temple == 1
    assert crown == (0 if style == "receding" else 1)


@pytest.mark.parametrize("style", HAIR_STYLES)
def test_cards_are_soft_and_symmetric_in_place(symmetric_identity: Identity, style: str) -> None:
    cards = make_hair_cards(
        _person(symmetric_identity, style), np.random.default_rng(0), resolution=60
    )
    settings = HAIR_STYLES[style]

    assert len(cards) == (0 if settings.back is None else 1 + settings.locks)
    for card in cards:
        opacity = card.image[..., 3]
        assert 0 <= opacity.min() < 0.05
        assert opacity.max() <= 1
        soft = (opacity > 0.05) & (opacity < 0.95)
        assert soft.sum() > 0.05 * (opacity > 0.05).sum()
        assert card.corners[:, 0].sum() == pytest.approx(0, abs=0.4)
        assert (card.corners[:, 2] == card.z).all()
        assert (card.z > 0) == card.front


def test_locks_leave_the_face_free(symmetric_identity: Identity) -> None:
    _, locks = make_hair_cards(
        _person(symmetric_identity, "long"), np.random.default_rng(0), resolution=60
    )
    x = np.linspace(locks.corners[0, 0], locks.corners[1, 0], locks.image.shape[1])

    assert locks.image[:, np.abs(x) < 0.4, 3].max() < 0.05
    assert locks.image[:, np.abs(x) > 0.7, 3].max() > 0.9
