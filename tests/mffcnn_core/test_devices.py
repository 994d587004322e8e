import pytest
import torch

from mffcnn_core.devices import device_facts, find_device
from mffcnn_core.errors import ParameterError


def test_auto_takes_what_is_there():
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert find_device("auto").type == expected
    assert find_device(torch.device("cpu")) == torch.device("cpu")


def test_a_gpu_that_is_not_there_is_told_at_once(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ParameterError, match=r"device: expected one that is here, got 'cuda'"):
        find_device("cuda")
    with pytest.raises(ParameterError, match=r"got 'cuda:7' where torch .* finds 0 GPU"):
        find_device("cuda:7")


def test_a_device_that_nobody_knows():
    with pytest.raises(ParameterError, match="device: expected auto, cpu, cuda .*, got 'gpu'"):
        find_device("gpu")


def test_facts_of_a_cpu_name_torch():
    assert device_facts("cpu") == {"device": "cpu", "torch": torch.__version__}


def test_facts_of_a_gpu_name_card_and_driver(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "A card")
    monkeypatch.setattr("mffcnn_core.devices._driver", lambda: "580.1")
    facts = device_facts("cuda")
    assert (facts["device"], facts["card"], facts["driver"]) == ("cuda", "A card", "580.1")
    assert "cuda" in facts
