"""Responses of networks that are not trained here, read from disk a few clips at a time."""

import contextlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from torch import nn
from tqdm.std import tqdm

from mffcnn_core.devices import Device, find_device
from mffcnn_core.features._images import StreamImages
from mffcnn_core.features._loading import PreparedLike, check_request, load_inputs
from mffcnn_core.features._parts import ClipParts, Vectors
from mffcnn_core.features._responses import in_parts, of_stream, up_to

_CLIPS = 8  # that are read together


def read_parts(
    prepared: Iterable[PreparedLike],
    size: int,
    streams: Mapping[str, StreamImages],
    networks: Mapping[str, nn.Module],
    *,
    layer: str,
    step: int = 1,
    batch_size: int = 32,
    device: Device = "cpu",
    progress: bool = False,
) -> ClipParts:
    """Return the responses of networks that are not trained here, clip by clip from disk.

    Only a few clips' images are in memory at a time.

    Paper: Sec. 3.4 (fc6 responses).

    Parameters
    ----------
    prepared : iterable of PreparedClip
    size : int
        Side of the square network images in px, >= 8.
    streams : mapping of str to StreamImages
    networks : mapping of str to torch module
        By the same names; e.g. one ``VGG16FC6`` for both.
    layer, step, batch_size, device, progress
        As for :func:`network_parts`.

    Raises
    ------
    ParameterError
        If there is no clip, ``size`` is too small, or a network has no such layer.
    PreparationError
        If a clip's arrays are not what a recogniser needs; the message names the clip.
    """
    prepared, place = list(prepared), find_device(device)
    check_request(prepared, size)
    groups = [prepared[k : k + _CLIPS] for k in range(0, len(prepared), _CLIPS)]
    found: dict[str, list[Vectors]] = {name: [] for name in streams}
    with contextlib.ExitStack() as opened:
        responds = {
            name: of_stream(name, opened.enter_context(up_to(networks[name], layer, place)), place)
            for name in streams
        }
        bar = opened.enter_context(
            tqdm(total=len(prepared), desc="features", unit="clip", disable=not progress)
        )
        beside = opened.enter_context(ThreadPoolExecutor(1))
        ahead = beside.submit(load_inputs, groups[0], size, streams)
        for number, group in enumerate(groups, start=1):
            inputs = ahead.result()
            if number < len(groups):  # read while the networks look at these
                ahead = beside.submit(load_inputs, groups[number], size, streams)
            for name, respond in responds.items():
                own = in_parts(inputs, name, respond, step=step, batch_size=batch_size)
                found[name] += own.responses[name]
            bar.update(len(group))
    clips = tuple(item.clip for item in prepared)
    return ClipParts(clips, {name: tuple(own) for name, own in found.items()})
