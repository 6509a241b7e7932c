"""What takes the bytes of a result: which layer, which kind of operation, and the structure around them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from coldpress.worker.requests.tflite import CheckedModel, ModelOperation

_WIDENS: Final = "DEQUANTIZE"
"""Stands between weights of 16 bits and the operation that they are for."""


@dataclass(frozen=True, slots=True)
class LayerBytes:
    """A layer with constants: the tensor that it makes, its operation, and what its constants take."""

    tensor: str
    operation: str
    nbytes: int


@dataclass(frozen=True, slots=True)
class OperationBytes:
    """A kind of operation: how many there are, and what their constants take."""

    operation: str
    count: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """A file of ``nbytes``; ``layers`` and ``operations`` with the largest first.

    ``structure`` is all that is no constant of an operation: tables, names, metadata.
    """

    nbytes: int
    layers: tuple[LayerBytes, ...]
    operations: tuple[OperationBytes, ...]
    structure: int


def sizes_of(checked: CheckedModel) -> Sizes:
    """Return where the bytes of a file are."""
    names = {tensor.index: tensor.name for tensor in checked.tensors}
    stored = _by_reader(checked.operations)
    layers = [
        LayerBytes(names.get(operation.outputs[0], operation.name), operation.name, stored[number])
        for number, operation in enumerate(checked.operations)
        if stored[number] and operation.outputs
    ]
    counts = Counter(operation.name for operation in checked.operations)
    nbytes: Counter[str] = Counter()
    for number, operation in enumerate(checked.operations):
        nbytes[operation.name] += stored[number]
    kinds = [OperationBytes(name, count, nbytes[name]) for name, count in counts.items()]
    return Sizes(
        checked.nbytes,
        tuple(sorted(layers, key=lambda layer: -layer.nbytes)),
        tuple(sorted(kinds, key=lambda kind: (-kind.nbytes, -kind.count))),
        checked.nbytes - sum(stored.values()),
    )


def _by_reader(operations: tuple[ModelOperation, ...]) -> dict[int, int]:
    """Return the bytes of each operation, by its number; those that are only widened belong to whoever computes."""
    stored = {number: operation.constant_bytes for number, operation in enumerate(operations)}
    readers: dict[int, int] = {}
    for number, operation in enumerate(operations):
        for index in operation.inputs:
            readers.setdefault(index, number)
    for number, operation in enumerate(operations):
        reader = readers.get(operation.outputs[0]) if operation.outputs else None
        if operation.name == _WIDENS and stored[number] and reader is not None:
            stored[reader] += stored[number]
            stored[number] = 0
    return stored
