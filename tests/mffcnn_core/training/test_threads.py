import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.training import torch_threads


def test_threads_hold_inside_the_block_only():
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="stop"), torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise RuntimeError("stop")
    assert torch.get_num_threads() == before


def test_there_is_a_thread():
    with (
        pytest.raises(ParameterError, match="threads: expected at least 1, got 0"),
        torch_threads(0),
    ):
        pass
