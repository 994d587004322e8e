import pytest
from sklearn.utils import estimator_checks

from mffcnn_book.baselines import Baseline
from mffcnn_core.errors import ParameterError
from mffcnn_core.pipelines import (
    PIPELINES,
    FrozenRecogniser,
    FusionRecogniser,
    TwoStreamRecogniser,
    make_recogniser,
)

# X holds clips: of scikit-learn's checks those apply that need no matrix.  The one on the types
# of defaults is left out: ours are frozen records, see `test_defaults_cannot_be_changed`.
CHECKS = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", [FrozenRecogniser, FusionRecogniser, TwoStreamRecogniser])
def test_scikit_learns_own_checks(kind, check):
    check(kind.__name__, kind())


@pytest.mark.parametrize("kind", [FrozenRecogniser, FusionRecogniser, TwoStreamRecogniser])
def test_defaults_cannot_be_changed(kind):
    for name, value in kind().get_params(deep=False).items():
        hash(value)  # what can be changed in place has none
        assert getattr(kind(), name) == value


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_is_complete(name):
    recogniser = make_recogniser(name)
    told = recogniser.describe()
    assert type(recogniser).from_settings(**told).describe() == told
    assert isinstance(recogniser, Baseline) or recogniser.images()


def test_changes_and_what_they_leave():
    recogniser = make_recogniser("vgg_dbn", dbn=None)
    assert (recogniser.backbone, recogniser.size, recogniser.dbn) == ("vgg16", 224, None)


def test_unknown_names():
    with pytest.raises(ParameterError, match="pipeline: .* 'mfcnn'. Did you mean 'mffcnn'"):
        make_recogniser("mfcnn")
    with pytest.raises(ParameterError, match="mffcnn: .* 'fuson'. Did you mean 'fusion'"):
        make_recogniser("mffcnn", fuson={})


def test_methods_share_what_they_read_only_where_it_is_the_same():
    def read_by(name, **changes):
        return make_recogniser(name, **changes).inputs_key()

    assert read_by("two_stream") == read_by("two_stream", C=3.0, seed=4)
    assert read_by("two_stream") != read_by("two_stream", size=32)
    assert read_by("vgg_dbn") == read_by("vgg_dbn", dbn=None)
    assert read_by("vgg_dbn") != read_by("vgg_dbn", feature_step=3)
    assert read_by("vgg_dbn") != read_by("vgg_dbn", weights="other.pth")
    assert read_by("vgg_dbn") != read_by("vgg_dbn", backbone="trained")
    assert read_by("video_net") != read_by("video_net", learning="frozen")
    assert read_by("icltp") == read_by("icltp", seed=4, C=3.0) != read_by("icltp", size=32)
