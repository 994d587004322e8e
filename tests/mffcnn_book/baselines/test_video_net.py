from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.utils import estimator_checks

from mffcnn_book.baselines import VideoNet, VideoNetRecogniser
from mffcnn_core.datasets import Clip
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipParts, FaceFrames, load_inputs
from mffcnn_core.nets import SMALL_SE_RESNET
from mffcnn_core.pipelines import evaluate_by_subject
from mffcnn_core.training import StreamSettings

SIZE, FRAMES = 24, 12
CHECKS = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]


@dataclass(frozen=True)
class MovingClip:
    """A bar at one of three heights that moves right or left: no single frame tells which way."""

    clip: Clip
    poison: bool = False

    def load(self):
        draw = np.random.default_rng([ord(c) for c in self.clip.clip])
        height, way = divmod(EXPRESSIONS.index(self.clip.expression), 2)
        faces = draw.integers(0, 40, (FRAMES, SIZE, SIZE, 3), dtype=np.uint8)
        for t in range(FRAMES):
            left = 2 + (t if way else FRAMES - 1 - t)
            faces[t, 2 + 7 * height : 7 + 7 * height, left : left + 6] += 180
        if self.poison:
            faces = 255 - faces[:, ::-1]
        return SimpleNamespace(faces=faces, flow=np.zeros((FRAMES - 1, SIZE, SIZE, 2), np.float32))


def clips_of(people, takes=2):
    return [
        MovingClip(Clip(f"s{s}_{name}_{k}", "x.mp4", f"s{s}", name))
        for s in range(people)
        for name in EXPRESSIONS
        for k in range(takes)
    ]


def expressions(clips):
    return [c.clip.expression for c in clips]


def make(**changes):
    stream = {
        "network": {"width": 8, "frames": 6, "dropout": 0}, "epochs": 8, "batch_size": 8,
        "shift": 1, "mirror": False, "learning_rate": 0.02,
    }  # fmt: skip
    return VideoNetRecogniser.from_settings(
        **{"size": SIZE, "length": 12, "stream": stream} | changes
    )


@pytest.fixture
def short():
    return make(stream={"network": {"width": 2, "frames": 4}, "epochs": 1})


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_scikit_learns_own_checks(check):
    check("VideoNetRecogniser", VideoNetRecogniser())


@pytest.mark.slow
def test_movements_of_strangers_are_recognised():
    predictions = evaluate_by_subject(clips_of(4), make(), groups=2, seed=0)
    assert predictions.variants == ("method", "softmax")
    for variant in predictions.variants:
        assert predictions.metrics(variant, seed=0)["accuracy"] > 0.8


def test_scores_are_those_of_features_and_of_the_network_itself(short):
    clips = clips_of(1)
    model = short.set_params(length=8).fit(clips, expressions(clips))
    scores = model.stream_scores(clips[:3])
    assert list(scores) == ["method", "softmax"]
    loaded = model.load(clips[:3])
    runs = torch.from_numpy(loaded.images("runs", [2, 2], [0, 4])).movedim(-1, -3)
    with torch.no_grad():
        own = model.network_.eval()(runs).mean(dim=0).numpy()
    np.testing.assert_allclose(scores["softmax"][2], own, rtol=1e-3, atol=1e-4)
    assert [row["epoch"] for row in model.history_] == [1]
    np.testing.assert_array_equal(model.decision_function(loaded), scores["method"])


def test_a_frozen_network_is_one_and_the_same_in_every_fold(short):
    frozen = short.set_params(learning="frozen")
    clips = clips_of(3, takes=1)
    loaded = frozen.load(clips)
    assert isinstance(loaded, ClipParts)
    again = clone(frozen).set_params(seed=5).load(clips[4:5])
    # a batch holds images of several clips, whose sums are rounded together
    own, first = again.responses["runs"][0], loaded.responses["runs"][4]
    np.testing.assert_allclose(own, first, rtol=1e-4, atol=1e-5)
    scores = frozen.fit(loaded, expressions(clips)).stream_scores(clips[:4])
    assert list(scores) == ["method"]
    assert frozen.network_ is None
    np.testing.assert_array_equal(scores["method"], frozen.stream_scores(loaded[:4])["method"])


@pytest.mark.parametrize("learning", ["frozen", "trained"])
def test_weights_from_elsewhere_are_begun_with(short, tmp_path, learning):
    torch.manual_seed(0)
    other = VideoNet(short.stream.network)
    state = {k: v for k, v in other.state_dict().items() if not k.startswith("standardise.")}
    torch.save({**state, "fc.bias": torch.zeros(3)}, tmp_path / "weights.pth")
    stream = {"weights": tmp_path / "weights.pth", "learning_rate": 1e-9}
    model = clone(short).set_params(learning=learning, stream=stream)
    clips = clips_of(1)
    if learning == "frozen":
        network = model._frozen_network()
    else:
        network = model.fit(clips, expressions(clips)).network_
    torch.testing.assert_close(
        network.layer3[0].conv1[0][0].weight, other.layer3[0].conv1[0][0].weight
    )
    with pytest.raises(AssertionError):  # without them, others
        torch.testing.assert_close(
            short._frozen_network().layer3[0].conv1[0][0].weight,
            other.layer3[0].conv1[0][0].weight,
        )
    assert model.describe()["stream"]["weights"] == str(tmp_path / "weights.pth")


@pytest.mark.slow
@pytest.mark.parametrize("learning", ["frozen", "trained"])
def test_nothing_that_is_fitted_sees_the_person_left_out(short, learning):
    short.set_params(learning=learning)
    first, *rest = (c for c in clips_of(3, takes=1) if c.clip.subject == "s0")
    others = [c for c in clips_of(3, takes=1) if c.clip.subject != "s0"]
    garbage = [MovingClip(c.clip, poison=True) for c in rest]
    one, two = (
        evaluate_by_subject([first, *own, *others], short, seed=0).scores["method"]
        for own in (rest, garbage)
    )
    np.testing.assert_array_equal(one[0], two[0])
    assert not np.array_equal(one[6:], two[6:])  # the models of other folds learn from s0


def test_what_results_depend_on_is_told(short):
    told = short.describe()
    assert not {"device", "progress", "checkpoints"} & set(told)
    assert type(short)(**told).describe() == told


def test_a_training_is_kept_and_read(short, tmp_path, monkeypatch):
    clips = clips_of(1)
    short.set_params(checkpoints=tmp_path)
    first = short.fit(clips, expressions(clips)).decision_function(clips)
    assert len(list(tmp_path.glob("runs-*.pt"))) == 1
    monkeypatch.setattr("skorch.NeuralNet.train_step", lambda *_, **__: pytest.fail("trained"))
    again = short.fit(clips, expressions(clips)).decision_function(clips)
    np.testing.assert_array_equal(first, again)


def test_what_cannot_be_used(short):
    clips = clips_of(1)
    with pytest.raises(ParameterError, match="learning, stream: .* got 'tuned' and VideoNet"):
        clone(short).set_params(learning="tuned").load(clips)
    with pytest.raises(ParameterError, match="learning, stream: .* and SEResNetSettings"):
        VideoNetRecogniser(stream=StreamSettings(network=SMALL_SE_RESNET)).load(clips)
    other = load_inputs(clips, SIZE, {"spatial": FaceFrames()})
    with pytest.raises(ParameterError, match="X: .* or images of .*runs.* got .*spatial"):
        clone(short).load(other)
    frozen = clone(short).set_params(learning="frozen")
    with pytest.raises(
        ParameterError, match="X: expected prepared clips or responses .* got images"
    ):
        frozen.load(other)
    with pytest.raises(ParameterError, match="X: .* or images .* got responses of VideoNet"):
        clone(short).load(frozen.load(clips))
