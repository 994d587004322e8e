import numpy as np

from mffcnn_book.baselines import ICLTPRecogniser, cltp_histogram, gradient_magnitude


def test_gradient_is_scharrs():
    image = np.random.default_rng(0).integers(0, 256, (12, 10), dtype=np.uint8)
    image[:, :6] = 255 * np.tri(12, 6, dtype=np.uint8)
    i = np.pad(image.astype(float), 1, mode="reflect")
    smooth = np.array([3.0, 10.0, 3.0])
    gx = sum(w * (i[k : k + 12, 2:] - i[k : k + 12, :-2]) for k, w in enumerate(smooth)) / 16
    gy = sum(w * (i[2:, k : k + 10] - i[:-2, k : k + 10]) for k, w in enumerate(smooth)) / 16
    assert np.hypot(gx, gy).max() > 255
    size = np.minimum(np.hypot(gx, gy), 255)
    np.testing.assert_allclose(gradient_magnitude(image), size, atol=0.5 + 1e-4)


def test_gradient_does_not_hang_on_where_the_picture_lies_in_memory():
    """Code that takes another path for aligned memory must not round a half another way."""
    flat = np.random.default_rng(0).integers(0, 256, 48 * 48 + 64, dtype=np.uint8)
    first = gradient_magnitude(flat[: 48 * 48].reshape(48, 48))
    for shift in range(1, 65):
        moved = np.empty_like(flat)[shift : shift + 48 * 48].reshape(48, 48)
        moved[:] = flat[: 48 * 48].reshape(48, 48)
        np.testing.assert_array_equal(gradient_magnitude(moved), first)


def test_a_clip_is_the_mean_of_its_frames_at_both_radii():
    draw = np.random.default_rng(0)
    grey = draw.integers(0, 256, (2, 32, 32, 1), dtype=np.uint8)
    recogniser = ICLTPRecogniser(size=32, blocks=(2, 3))
    described = recogniser._describe_faces(np.repeat(grey, 3, axis=3))["gradient_patterns"]
    expected = np.mean(
        [
            np.concatenate(
                [
                    cltp_histogram(gradient_magnitude(one[..., 0]), radius=r, blocks=(2, 3))
                    for r in (1, 2)
                ]
            )
            for one in grey
        ],
        axis=0,
    )
    np.testing.assert_allclose(described, expected)
    assert len(described) == 2 * 2 * 6 * 200
