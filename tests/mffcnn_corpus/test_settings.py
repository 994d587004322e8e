import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_corpus._settings import CorpusSettings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"subjects": 0}, r"subjects: expected an integer between 1 and 99, got 0\."),
        ({"takes": 2.0}, r"takes: expected an integer between 1 and 99, got 2\.0\."),
        ({"frames": 1}, r"frames: expected an integer between 2 and 1000, got 1\."),
        ({"frames": True}, r"frames: expected an integer .* got True\."),
        ({"seed": -1}, r"seed: expected an integer between 0 and"),
        ({"speech": -0.1}, r"speech: expected a number between 0 and 3, got -0\.1\."),
        ({"style": float("nan")}, r"style: expected a number between 0 and 2, got nan\."),
        ({"unit_jitter": "much"}, r"unit_jitter: expected a number .* got 'much'\."),
        ({"noise": 1}, r"noise: expected True or False, got 1\."),
        ({"width": 361}, r"width: expected an even number of pixels, got 361\."),
        ({"height": 121}, r"height: expected an even number of pixels, got 121\."),
        (
            {"same_apex_share": 0.7, "sustained_share": 0.4},
            r"same_apex_share \+ sustained_share: expected at most 1, got 0\.7 \+ 0\.4\.",
        ),
        (
            {"intensity_min": 0.8, "intensity_max": 0.5},
            r"intensity_min: expected at most intensity_max, got 0\.8 > 0\.5\.",
        ),
    ],
)
def test_refuses_what_is_out_of_range(values, message):
    with pytest.raises(ParameterError, match=message):
        CorpusSettings(**values)


def test_survives_the_way_through_a_profile():
    settings = CorpusSettings(subjects=3, style=0, noise=False)
    assert CorpusSettings.from_dict(settings.to_dict()) == settings


def test_offers_the_nearest_name():
    with pytest.raises(ParameterError, match=r"Did you mean 'subjects'\?"):
        CorpusSettings.from_dict({"subject": 3})


def test_a_whole_number_is_the_same_setting_as_its_float():
    assert CorpusSettings(style=1).to_dict() == CorpusSettings(style=1.0).to_dict()
    assert repr(CorpusSettings(style=1)) == repr(CorpusSettings(style=1.0))
