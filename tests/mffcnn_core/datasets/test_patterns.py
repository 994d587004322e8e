import pytest

from mffcnn_core.datasets import _patterns
from mffcnn_core.datasets._patterns import PathPattern
from mffcnn_core.errors import ManifestError


def test_a_pattern_ignores_case_and_its_own_white_space():
    pattern = PathPattern(r"(?P<subject>s\d+) / (?P<code>[a-z]+) (?P<take>_\d)?\.mp4")
    assert pattern.groups == {"subject", "code", "take"}
    assert pattern.fits("S01/Anger.mp4") == {"subject": "S01", "code": "Anger", "take": ""}
    assert pattern.fits("x/S01/anger.mp4") is None
    assert pattern.occurs_in("x/S01/anger.mp4")


def test_a_pattern_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(_patterns, "PATTERN_SECONDS", 0.1)
    endless = PathPattern(r"(\w|\w\w)+\.m4")
    with pytest.raises(ManifestError, match=r"compared with a path in at most 0\.1 s.*aaaa"):
        endless.fits("a" * 60 + ".mp4.m4")
