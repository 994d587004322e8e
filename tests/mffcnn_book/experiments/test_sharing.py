import torch

from mffcnn_book.experiments._sharing import at_once, training_bytes


def test_large_networks_have_a_gpu_for_themselves_and_small_ones_share_it(monkeypatch):
    assert at_once("cpu", training_bytes(48, 16)) is None
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (8 * 10**9, 9 * 10**9))
    assert at_once("cuda", training_bytes(224, 64)) == 1
    assert at_once("cuda", training_bytes(48, 16)) == 6
    assert at_once("cuda", 3_900_000_000) == 1
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (10**8, 9 * 10**9))
    assert at_once("cuda", training_bytes(48, 16)) == 1
