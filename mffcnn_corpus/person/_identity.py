"""Who a synthetic face belongs to: shape, skin, hair, age and the strength of its muscles."""

import dataclasses

import numpy as np
import numpy.typing as npt

from mffcnn_core.seeding import generator
from mffcnn_corpus.person._action_units import ACTION_UNITS

Color = tuple[float, float, float]

SKIN_RAMP = (
    (230, 196, 175),
    (220, 180, 153),
    (208, 162, 130),
    (178, 130, 98),
    (142, 98, 72),
    (104, 71, 53),
)
"""sRGB skin from light to dark."""

HAIR_COLORS = {  # name: (sRGB, weight for light skin, weight for dark skin)
    "black": ((26, 21, 20), 0.24, 0.72),
    "dark brown": ((50, 34, 25), 0.32, 0.24),
    "brown": ((88, 60, 38), 0.20, 0.0),
    "blond": ((148, 118, 82), 0.13, 0.0),
    "red": ((112, 56, 30), 0.07, 0.0),
    "auburn": ((72, 36, 24), 0.04, 0.04),
}
GREY_HAIR = (134, 131, 127)

IRIS_COLORS = {
    "dark brown": ((62, 38, 24), 0.40, 0.75),
    "brown": ((98, 66, 36), 0.24, 0.25),
    "green": ((92, 108, 70), 0.15, 0.0),
    "blue": ((92, 122, 146), 0.21, 0.0),
}

HAIR_STYLE_WEIGHTS = {
    "female": {"long": 0.30, "wavy": 0.22, "bob": 0.22, "tied": 0.16, "pixie": 0.10},
    "male": {"short": 0.34, "crew": 0.22, "full": 0.24, "buzz": 0.12, "receding": 0.08},
}

FEATURES = {  # name: (lowest, highest, shift of a man's face); head units unless it is a factor
    "face_width": (0.74, 0.82, 0.0),
    "jaw": (0.92, 1.02, 0.04),
    "chin": (0.88, 1.08, 0.10),
    "forehead": (0.96, 1.03, 0.0),
    "eye_distance": (0.312, 0.345, 0.0),
    "eye_level": (0.10, 0.135, 0.0),
    "eye_opening": (0.92, 1.18, -0.06),
    "eye_width": (0.150, 0.174, 0.0),
    "eye_tilt": (-0.10, 0.18, -0.03),
    "brow_level": (0.300, 0.345, -0.015),
    "brow_thickness": (0.024, 0.034, 0.008),
    "brow_arch": (0.020, 0.055, -0.018),
    "brow_slope": (-0.06, 0.08, 0.0),
    "nose_width": (0.88, 1.18, 0.05),
    "nose_shift": (-0.03, 0.03, 0.0),
    "nose_height": (0.82, 1.12, 0.05),
    "nose_bridge": (-0.4, 0.5, 0.1),
    "mouth_width": (0.265, 0.315, 0.010),
    "mouth_level": (-0.605, -0.555, 0.0),
    "mouth_bow": (-0.012, 0.016, 0.0),
    "upper_lip": (0.056, 0.086, -0.008),
    "lower_lip": (0.078, 0.110, -0.008),
    "lip_redness": (0.35, 0.75, -0.22),
    "cheek": (0.03, 0.075, -0.01),
    "hairline": (0.80, 0.93, 0.02),
    "widows_peak": (-0.06, 0.05, 0.0),
    "ear_size": (0.92, 1.10, 0.04),
    "ear_angle": (0.55, 0.85, 0.0),
}


@dataclasses.dataclass(frozen=True)
class Identity:
    """One synthetic person.

    Attributes
    ----------
    seed, subject : int, str
        What the person was drawn from; skin texture and hair depend on them too.
    sex : {"female", "male"}
    age : float
        0 (about 20 years) to 1 (about 75).
    tone : float
        0 (light skin) to 1 (dark).
    skin, hair, iris : tuple of float
        sRGB colours, 0 to 1.
    hair_style : str
        A key of ``HAIR_STYLES``.
    beard : float
        Density of the beard, 0 to 1; up to 0.3 is stubble.
    freckles : float
        0 to 1.
    asymmetry : tuple of float, length 3
        Sideways bend of the face and height offsets of brow and mouth, -1 to 1.
    strengths : tuple of float, length 17
        How far each action unit moves this face, relative to the average.
    features : dict of str to float
        Shape parameters: see ``FEATURES``.  Also readable as attributes.
    """

    seed: int
    subject: str
    sex: str
    age: float
    tone: float
    skin: Color
    hair: Color
    iris: Color
    hair_style: str
    beard: float
    freckles: float
    asymmetry: tuple[float, float, float]
    strengths: tuple[float, ...]
    features: dict[str, float] = dataclasses.field(hash=False)

    def __getattr__(self, name: str) -> float:
        if name in FEATURES:
            return self.features[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")


def _color(rgb: npt.ArrayLike) -> Color:
    red, green, blue = np.clip(np.asarray(rgb, float) / 255, 0.01, 1)
    return float(red), float(green), float(blue)


def _choose_color(rng: np.random.Generator, table: dict, tone: float) -> npt.NDArray:
    weights = np.array([row[2] if tone > 0.5 else row[1] for row in table.values()])
    rows = list(table.values())
    return np.array(rows[rng.choice(len(rows), p=weights / weights.sum())][0], float)


def make_identity(seed: int, subject: str) -> Identity:
    """Draw one person.

    Book: ch. 1.

    Parameters
    ----------
    seed : int
        The corpus seed, >= 0.
    subject : str
        The person's key, e.g. ``"s03"``; the same key gives the same person.

    Returns
    -------
    Identity

    Examples
    --------
    >>> make_identity(0, "s01") == make_identity(0, "s01")
    True
    >>> make_identity(0, "s01") == make_identity(0, "s02")
    False
    """
    rng = generator(seed, "identity", subject)
    male = bool(rng.random() < 0.5)
    sex = "male" if male else "female"
    tone = float(rng.random())
    age = float(rng.random() ** 1.3)
    features = {
        name: float(rng.uniform(low, high) + shift * male)
        for name, (low, high, shift) in FEATURES.items()
    }
    ramp = np.array(SKIN_RAMP, float)
    place = tone * (len(ramp) - 1)
    skin = np.array([np.interp(place, range(len(ramp)), ramp[:, k]) for k in range(3)])
    hair = _choose_color(rng, HAIR_COLORS, tone)
    grey = float(np.clip((age - 0.55) * 2.2 + rng.uniform(-0.3, 0.2), 0, 0.95))
    hair = (1 - grey) * hair + grey * np.array(GREY_HAIR)
    iris = _choose_color(rng, IRIS_COLORS, tone)
    styles = HAIR_STYLE_WEIGHTS[sex]
    style = str(rng.choice(list(styles), p=list(styles.values())))
    beard = float(rng.choice([0.0, 0.25, 0.8], p=[0.45, 0.35, 0.2]) * rng.uniform(0.5, 1)) * male
    freckles = float((tone < 0.3) * (rng.random() < 0.35) * rng.uniform(0.3, 1))
    return Identity(
        seed=seed,
        subject=subject,
        sex=sex,
        age=age,
        tone=tone,
        skin=_color(skin * rng.uniform(0.98, 1.02, 3)),
        hair=_color(hair * rng.uniform(0.9, 1.1)),
        iris=_color(iris * rng.uniform(0.9, 1.1)),
        hair_style=style,
        beard=beard,
        freckles=freckles,
        asymmetry=tuple(rng.uniform(-1, 1, 3).tolist()),
        strengths=tuple(rng.uniform(0.8, 1.15, len(ACTION_UNITS)).tolist()),
        features=features,
    )
