import pytest

from mffcnn_book.baselines import REGIONS
from mffcnn_book.experiments import Configuration, load_profile
from mffcnn_core.errors import ParameterError
from mffcnn_core.preparation import PreparationSettings


def test_sections_become_settings(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(
        "profile: tiny\nseed: 3\ncorpus: {subjects: 2}\npreparation: {size: 48}\n"
        "groups: 2\npipelines: {mffcnn: {size: 32}}\n"
    )
    profile = load_profile(path)
    assert (profile.name, profile.seed, profile.groups) == ("tiny", 3, 2)
    assert profile.corpus.subjects == 2
    assert profile.preparation.size == 48
    assert profile.recogniser(Configuration(pipeline="mffcnn")).size == 32
    assert profile.recogniser(Configuration(pipeline="two_stream")).size == 64


def test_what_is_not_named_has_its_default(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text("profile: tiny\ncorpus:\n")
    assert load_profile(path).corpus.subjects == 8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profile: x\ncorpsu: {}", "got 'corpsu'. Did you mean 'corpus'"),
        ("profile: x\ncorpus: {subject: 2}", "x.yaml: CorpusSettings: .* 'subject'. Did you mean"),
        ("profile: x\npipelines: {mffcnn: {sizes: 2}}", "mffcnn: .*'sizes'. Did you mean 'size'"),
        ("profile: x\npipelines: {mfcnn: {}}", "got 'mfcnn'. Did you mean 'mffcnn'"),
        ("profile: x\nseeds: {leaning: 0}", "seeds: expected numbers >= 1, got 0, 1, 1"),
        ("profile: x\ncorpus: {subjects: 0}", "x.yaml: subjects: expected"),
        ("corpus: {}", "expected a mapping with the key 'profile'"),
        ("- 1", "expected a mapping"),
        ("a: [", "expected YAML, got a syntax error"),
    ],
)
def test_faulty_profiles_name_the_file_and_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ParameterError, match=message):
        load_profile(path)


def test_a_missing_profile_lists_those_that_exist(tmp_path):
    (tmp_path / "quick.yaml").write_text("profile: quick")
    with pytest.raises(ParameterError, match="expected one of quick, got 'quik'"):
        load_profile(tmp_path / "quik.yaml")


@pytest.mark.parametrize("name", ["quick", "paper"])
def test_regions_of_the_face_lie_in_the_crop_that_the_profile_makes(root, name):
    """The same places of a face, seen in another square, see clip_box."""
    profile = load_profile(root / "notebooks" / "profiles" / f"{name}.yaml")

    def square(preparation):
        side = 1 + 2 * preparation.margin + preparation.below
        return side, -0.5 - preparation.margin  # of the face's size; its top, from the centre

    (side, top), (own_side, own_top) = map(square, (PreparationSettings(), profile.preparation))
    made = profile.recogniser(Configuration(pipeline="ml_udsgplvm")).describe()["regions"]
    for region, (first, last, left, right) in REGIONS.items():
        rows = [(top + side * y - own_top) / own_side for y in (first, last)]
        columns = [0.5 + side * (x - 0.5) / own_side for x in (left, right)]
        expected = [min(max(place, 0), 1) for place in (*rows, *columns)]
        assert made[region] == pytest.approx(expected, abs=0.01), region
