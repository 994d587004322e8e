import cv2
import numpy as np
import pytest

from mffcnn_book.baselines import HogFlowRecogniser


@pytest.fixture
def recogniser():
    return HogFlowRecogniser(size=48)


def test_a_still_is_opencvs_histograms_of_the_middle_frame(recogniser):
    faces = np.random.default_rng(0).integers(0, 256, (5, 48, 48, 3), dtype=np.uint8)
    grey = cv2.cvtColor(faces[2], cv2.COLOR_RGB2GRAY)
    expected = cv2.HOGDescriptor((48, 48), (24, 24), (12, 12), (12, 12), 9).compute(grey)
    np.testing.assert_array_equal(recogniser._describe_faces(faces)["still"], expected.ravel())


def test_motion_is_the_mean_flow_of_each_field_and_span(toy_clips, recogniser):
    class Moving:
        clip = toy_clips[0].clip

        def load(self):
            arrays = toy_clips[0].load()
            arrays.faces = np.concatenate([arrays.faces] * 5)  # 15 frames, 14 flows
            arrays.flow = np.zeros((14, 48, 48, 2), np.float32)
            arrays.flow[:3, :6, :6] = 1.5, -2.0  # the first span, the first field
            return arrays

    motion = recogniser.load([Moving()]).responses["motion"][0].reshape(6, 8, 8, 2)
    np.testing.assert_allclose(motion[0, 0, 0], [1.5, -2.0])
    motion[0, 0, 0] = 0
    assert not motion.any()


def test_fewer_flows_than_spans(toy_clips, recogniser):
    assert recogniser.load(toy_clips[:1]).responses["motion"][0].shape == (1, 6 * 8 * 8 * 2)


def test_it_learns_from_the_still_what_does_not_move(toy_clips, recogniser):
    model = recogniser.fit(toy_clips, [item.clip.expression for item in toy_clips])
    scores = model.stream_scores(toy_clips)
    assert list(scores) == ["method", "still", "motion"]
    np.testing.assert_allclose(scores["method"], (scores["still"] + scores["motion"]) / 2)
    truth = np.array([item.clip.expression for item in toy_clips])
    assert np.mean(model.classes_[scores["still"].argmax(axis=1)] == truth) > 0.9


def test_its_seed_changes_nothing(recogniser):
    assert not recogniser.seeded
