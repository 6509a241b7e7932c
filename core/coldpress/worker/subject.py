"""What is verified: a graph, the file made from it, the names that both know, and samples for both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.errors import ConverterError
from coldpress.formats.arrays import Samples, SampleSet
from coldpress.verify.random_inputs import random_samples
from coldpress.worker.names import array_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.formats.arrays import InputSlot
    from coldpress.worker.requests.tflite import CheckedModel, TensorInfo

_MOST_RANDOM: Final = 32
_FEWEST_RANDOM: Final = 8
_RANDOM_VALUES: Final = 1 << 20
"""Values to make up where nobody gave any samples: 32 small images, or 8 large ones."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is verified: a frozen GraphDef, the file made from it, and the names that both know.

    ``slots`` are the inputs and ``outputs`` the output tensors of the graph, in the order of the recipe.
    """

    frozen: Path
    model: Path
    checked: CheckedModel
    slots: tuple[InputSlot, ...]
    outputs: tuple[str, ...]


def random_set(subject: Subject, count: int | None = None, *, seed: int = 0) -> SampleSet:
    """Return ``count`` samples or a few more, within the range that each input means where that is known."""
    inputs = []
    if count is None:
        largest = max((math.prod(info.shape[1:]) for info in subject.checked.inputs), default=1)
        count = min(max(_RANDOM_VALUES // max(largest, 1), _FEWEST_RANDOM), _MOST_RANDOM)
    for number, (slot, info) in enumerate(zip(subject.slots, input_infos(subject), strict=True)):
        batch = info.shape[0] if info.shape else 1
        values = random_samples(
            info.shape[1:], slot.dtype, -(-count // batch) * batch, range_=_range(slot, info), seed=seed + number
        )
        inputs.append(Samples(slot.tensor, values))
    return SampleSet(tuple(inputs), None, ())


def pair(tensors: Sequence[str], infos: Sequence[TensorInfo]) -> list[TensorInfo]:
    """Return the model's tensor for each of the graph's: by name where all have one, else by order.

    Raises ``ConverterError`` where the numbers differ.
    """
    if len(tensors) != len(infos):
        raise ConverterError("verify.counts", graph=len(tensors), model=len(infos))
    by_name = {_plain(info.name): info for info in infos}
    names = [array_name(tensor) for tensor in tensors]
    if len(by_name) == len(infos) and all(name in by_name for name in names):
        return [by_name[name] for name in names]
    return list(infos)


def _plain(name: str) -> str:
    """Return the name of the operation that a model's tensor is called after."""
    return name.partition(";")[0].removeprefix("serving_default_").removesuffix(":0")


def input_infos(subject: Subject) -> list[TensorInfo]:
    """Return the model's input for each slot."""
    return pair([slot.tensor for slot in subject.slots], subject.checked.inputs)


def _range(slot: InputSlot, info: TensorInfo) -> tuple[float, float] | None:
    """Return what the input means by mean and std, else by its own quantization."""
    if slot.real_range is not None or info.scale is None or info.zero_point is None:
        return slot.real_range
    limits = np.iinfo(info.dtype)
    return (limits.min - info.zero_point) * info.scale, (limits.max - info.zero_point) * info.scale


def model_values(slot: InputSlot, info: TensorInfo, samples: Samples) -> NDArray[np.generic]:
    """Return what the model is fed: the stored integers where it takes them as they are, else the real values."""
    raw = samples.raw
    if raw is None or raw.dtype.name != info.dtype or info.scale is None or info.zero_point is None:
        return samples.values
    if slot.mean is None or slot.std is None:
        return samples.values
    as_stored = abs(info.zero_point - slot.mean) <= 1 and abs(info.scale * slot.std - 1) < 0.01
    return raw if as_stored else samples.values
