"""Parts of partitioned variables, told by their shapes where nothing in the graph says what they are parts of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldpress.freeze.saved_as import SavedAs, Slice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.formats.checkpoint_base import Variable

_PART = re.compile(r"(?P<whole>.+)/part_(?P<number>\d+)")
Shape = tuple[int | None, ...] | None


def derived_slices(variables: Iterable[tuple[str, Shape]], stored: Mapping[str, Variable]) -> Mapping[str, SavedAs]:
    """Return the slices of ``v/part_0``, ``v/part_1`` … where a checkpoint holds ``v`` and the shapes add up.

    A graph saved by ``tf.train.write_graph`` has no Saver and no collections. Parts are cut along one axis (TensorFlow
    partitions no other way), in the order of their numbers, so full shapes leave no doubt.
    """
    groups: dict[str, dict[int, tuple[str, Shape]]] = {}
    for name, shape in variables:
        part = _PART.fullmatch(name)
        if part and part["whole"] in stored and name not in stored:
            groups.setdefault(part["whole"], {})[int(part["number"])] = (name, shape)
    result: dict[str, SavedAs] = {}
    for whole, parts in groups.items():
        result.update(_slices(whole, stored[whole].shape, [parts[number] for number in sorted(parts)]))
    return result


def _slices(whole: str, full: tuple[int, ...], parts: list[tuple[str, Shape]]) -> dict[str, SavedAs]:
    shapes = [shape for _, known in parts if (shape := _known(known)) is not None and len(shape) == len(full)]
    if len(shapes) != len(parts):
        return {}
    axes = [axis for axis in range(len(full)) if _adds_up(full, shapes, axis)]
    if not axes:
        return {}
    result, start = {}, 0
    for (name, _), shape in zip(parts, shapes, strict=True):
        offset = tuple(start if axis == axes[0] else 0 for axis in range(len(full)))
        result[name] = SavedAs(whole, Slice(full, offset, shape))
        start += shape[axes[0]]
    return result


def _known(shape: Shape) -> tuple[int, ...] | None:
    if shape is None:
        return None
    sizes = tuple(size for size in shape if size is not None)
    return sizes if len(sizes) == len(shape) else None


def _adds_up(full: tuple[int, ...], shapes: list[tuple[int, ...]], axis: int) -> bool:
    """Whether shapes laid one after the other along ``axis`` make the whole."""
    others_agree = all(s[i] == full[i] for s in shapes for i in range(len(full)) if i != axis)
    return others_agree and sum(shape[axis] for shape in shapes) == full[axis]
