import weakref

import numpy as np
import pytest

from mffcnn_core.errors import NoFaceError, ParameterError
from mffcnn_core.faces import FaceTrack, longest_run, track_face

LEFT, RIGHT = [10, 10, 40, 40], [200, 10, 50, 50]


def test_missed_frames_are_interpolated_and_the_ends_held(scripted):
    frames, detector = scripted(6, {1: [[0, 0, 40, 40]], 2: [[4, 0, 40, 40]], 4: [[8, 4, 44, 40]]})
    track = track_face(frames, detector)
    assert track.found.tolist() == [False, True, True, False, True, False]
    assert track.looked.all()
    assert track.present.tolist() == track.found.tolist()
    np.testing.assert_array_equal(track.boxes[3], [6, 2, 42, 40])
    np.testing.assert_array_equal(track.boxes[0], track.boxes[1])
    np.testing.assert_array_equal(track.boxes[5], track.boxes[4])


def test_a_generator_is_enough(scripted):
    frames, detector = scripted(5, {t: [LEFT] for t in range(5)})
    assert len(track_face(iter(frames), detector, every=2)) == 5


class TestEvery:
    def test_looks_at_every_kth_and_the_last_frame(self, scripted):
        frames, detector = scripted(13, {t: [LEFT] for t in range(13)})
        track = track_face(frames, detector, every=5)
        assert detector.asked == [0, 5, 10, 12]
        assert np.flatnonzero(track.looked).tolist() == [0, 5, 10, 12]
        assert track.present.all()

    @pytest.mark.parametrize(("start", "stop"), [(0, 7), (7, 20), (3, 16), (4, 20), (0, 19)])
    def test_finds_the_very_frame_in_which_a_face_comes_and_goes(self, scripted, start, stop):
        frames, detector = scripted(20, {t: [LEFT] for t in range(start, stop)})
        track = track_face(frames, detector, every=5)
        assert np.flatnonzero(track.present).tolist() == list(range(start, stop))

    def test_moving_away_too_far_is_looked_at_closely(self, scripted):
        answers = {t: [[8 * t, 0, 40, 40]] for t in range(6)}  # 40 pixels in 5 frames
        frames, detector = scripted(6, answers)
        track = track_face(frames, detector, every=5)
        assert track.looked.all()
        assert track.found.all()

    @pytest.mark.parametrize("n", [1, 2, 3, 5, 6])
    def test_short_clips(self, scripted, n):
        frames, detector = scripted(n, {t: [LEFT] for t in range(n)})
        assert track_face(frames, detector, every=5).present.all()


class TestWhichFace:
    def test_the_larger_of_two_that_stay(self, scripted):
        frames, detector = scripted(8, {t: [LEFT, RIGHT] for t in range(8)})
        track = track_face(frames, detector)
        np.testing.assert_array_equal(track.boxes, [RIGHT] * 8)
        assert (track.n_faces == 2).all()

    def test_a_passer_by_is_counted_but_not_followed(self, scripted):
        answers = {t: [LEFT, RIGHT] if t >= 9 else [LEFT] for t in range(13)}
        frames, detector = scripted(13, answers)
        track = track_face(frames, detector)
        np.testing.assert_array_equal(track.boxes, [LEFT] * 13)
        assert track.found.all()
        assert track.n_faces.tolist() == [1] * 9 + [2] * 4

    def test_a_false_hit_is_not_a_face(self, scripted):
        answers = {t: [LEFT] for t in range(10)} | {3: [[300, 0, 90, 90], LEFT]}
        frames, detector = scripted(10, answers)
        track = track_face(frames, detector)
        np.testing.assert_array_equal(track.boxes, [LEFT] * 10)
        assert (track.n_faces == 1).all()
        assert track.stray == 1

    def test_a_false_hit_inside_the_face_does_not_pull_it(self, scripted):
        answers = {t: [[0, 0, 90, 90]] for t in range(10)} | {4: [[20, 50, 30, 30]]}
        frames, detector = scripted(10, answers)
        track = track_face(frames, detector)
        np.testing.assert_array_equal(track.boxes, [[0, 0, 90, 90]] * 10)
        assert not track.found[4]

    def test_two_hits_in_one_frame_are_two_faces(self, scripted):
        """Both overlap the face before; only the better one continues it."""
        answers = {t: [[0, 0, 60, 60]] for t in range(6)}
        answers[3] = [[10, 10, 60, 60], [0, 0, 58, 58]]
        frames, detector = scripted(6, answers)
        track = track_face(frames, detector)
        assert track.stray == 1
        assert track.found.all()


class TestNoFace:
    @pytest.mark.parametrize("answers", [{}, {4: [LEFT]}, {4: [LEFT], 5: [LEFT]}])
    def test_nothing_that_lasts(self, scripted, answers):
        frames, detector = scripted(20, answers)
        with pytest.raises(
            NoFaceError,
            match=rf"at least 3 neighbouring frames, got {len(answers)} single .* 20 of 20 frames",
        ):
            track_face(frames, detector)

    def test_a_short_clip_asks_for_its_own_length(self, scripted):
        frames, detector = scripted(2, {0: [LEFT]})
        with pytest.raises(NoFaceError, match="at least 2 neighbouring frames, got 1 single"):
            track_face(frames, detector)

    def test_min_frames(self, scripted):
        frames, detector = scripted(9, {4: [LEFT]})
        assert track_face(frames, detector, min_frames=1).present.sum() == 1


def test_refuses_bad_arguments(scripted):
    frames, detector = scripted(3, {})
    with pytest.raises(ParameterError, match="every: expected at least 1, got 0"):
        track_face(frames, detector, every=0)
    with pytest.raises(ParameterError, match="frames: expected at least one frame, got none"):
        track_face([], detector)


def test_between_cuts_everything(scripted):
    frames, detector = scripted(6, {t: [[t, 0, 40, 40]] for t in range(2, 6)})
    part = track_face(frames, detector).between(1, 4)
    assert isinstance(part, FaceTrack)
    assert len(part) == 3
    assert part.found.tolist() == [False, True, True]
    assert part.boxes[:, 0].tolist() == [2, 2, 3]


@pytest.mark.parametrize(
    ("present", "max_gap", "run"),
    [
        ("....", 0, (0, 0)),
        ("####", 0, (0, 4)),
        ("##.###", 0, (3, 6)),
        ("##.###", 1, (0, 6)),
        (".##..#.", 1, (1, 3)),
        (".##..#.", 2, (1, 6)),
        ("##..##", 1, (0, 2)),
    ],
)
def test_longest_run(present, max_gap, run):
    assert longest_run(np.array([c == "#" for c in present]), max_gap) == run


def test_no_frame_is_held_while_the_next_ones_come():
    alive = []

    def frames():
        for _ in range(13):
            frame = np.zeros((64, 64, 3), np.uint8)
            alive.append(weakref.ref(frame))
            # this one, and the one that was given out before
            assert sum(one() is not None for one in alive) <= 2
            yield frame

    class Detector:
        def detect(self, frame):
            return np.array([[10.0, 10, 40, 40]])

    assert len(track_face(frames(), Detector(), every=5)) == 13
