"""Operations that rearrange: reshape, concatenate, stack, transpose, pad, tile."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coldpress.graph.shape_rules.shapes import axis_of, common, count, merged, replaced, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.graph.shape_rules.shapes import Dim, Shape
    from coldpress.graph.shape_rules.view import Ints, NodeView, Rule


def from_ints(target: Ints) -> Shape:
    """Return the shape that a shape tensor's elements spell; a negative size is not known."""
    if target is None:
        return None
    return tuple(size if size is not None and size >= 0 else None for size in target)


def _reshape(view: NodeView) -> Sequence[Shape]:
    target = view.ints(1)
    if target is None:
        shape_of_target = view.shape(1)
        known = shape_of_target is not None and len(shape_of_target) == 1
        return (unknown(shape_of_target[0] or 0) if known and shape_of_target and shape_of_target[0] else None,)
    return (_fill_free(target, view.shape(0)),)


def _fill_free(target: tuple[Dim, ...], source: Shape) -> Shape:
    """Replace a single -1, or a single unknown size, by what the number of elements leaves for it."""
    free = [position for position, size in enumerate(target) if size is None or size < 0]
    total, rest = count(source), math.prod(size for size in target if size is not None and size >= 0)
    if len(free) == 1 and total is not None and rest and total % rest == 0:
        return replaced(from_ints(target), free[0], total // rest)
    return from_ints(target)


def _squeeze(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    if shape is None:
        return (None,)
    axes = view.numbers("squeeze_dims")
    if axes:
        dropped = {axis_of(axis, len(shape)) for axis in axes}
        return (tuple(size for position, size in enumerate(shape) if position not in dropped),)
    if None in shape:
        return (None,)
    return (tuple(size for size in shape if size != 1),)


def _expand_dims(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    if shape is None:
        return (None,)
    axis = axis_of(view.scalar(1), len(shape) + 1)
    if axis is None:
        return (unknown(len(shape) + 1),)
    return ((*shape[:axis], 1, *shape[axis:]),)


def _concat_along(shapes: Sequence[Shape], axis: Dim) -> Shape:
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return None
    rank = len(known[0])
    place = axis_of(axis, rank)
    if place is None or any(len(shape) != rank for shape in known):
        return unknown(rank)
    result: Shape = known[0]
    for shape in known[1:]:
        result = merged(result, shape)
    sizes = [shape[place] for shape in known]
    whole = len(known) == len(shapes) and None not in sizes
    return replaced(result, place, sum(size for size in sizes if size is not None) if whole else None)


def _concat_v2(view: NodeView) -> Sequence[Shape]:
    last = len(view.inputs) - 1
    return (_concat_along(view.shapes(0, last), view.scalar(last)),)


def _concat(view: NodeView) -> Sequence[Shape]:
    return (_concat_along(view.shapes(1), view.scalar(0)),)


def _pack(view: NodeView) -> Sequence[Shape]:
    shape: Shape = None
    for each in view.shapes():
        shape = merged(shape, each)
    if shape is None:
        return (None,)
    axis = axis_of(view.number("axis"), len(shape) + 1)
    return (unknown(len(shape) + 1) if axis is None else (*shape[:axis], len(view.inputs), *shape[axis:]),)


def _unpack(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    axis = None if shape is None else axis_of(view.number("axis"), len(shape))
    if shape is None or axis is None:
        return ()
    return ((*shape[:axis], *shape[axis + 1 :]),) * min(view.number("num"), 1 << 16)


def _split_along(shape: Shape, axis: Dim, sizes: Sequence[Dim]) -> Sequence[Shape]:
    place = None if shape is None else axis_of(axis, len(shape))
    if shape is None or place is None:
        return tuple(unknown(len(shape)) if shape is not None else None for _ in sizes)
    return tuple(replaced(shape, place, size) for size in sizes)


def _split(view: NodeView) -> Sequence[Shape]:
    shape, parts = view.shape(1), min(max(view.number("num_split"), 0), 1 << 16)
    axis = view.scalar(0)
    place = None if shape is None else axis_of(axis, len(shape))
    size = shape[place] if shape is not None and place is not None else None
    return _split_along(shape, axis, (size // parts if size is not None and parts else None,) * parts)


def _split_v(view: NodeView) -> Sequence[Shape]:
    parts = min(max(view.number("num_split"), 0), 1 << 16)
    sizes = view.ints(1)
    known = sizes is not None and len(sizes) == parts
    return _split_along(view.shape(0), view.scalar(2), (from_ints(sizes) or ()) if known else (None,) * parts)


def _transpose(view: NodeView) -> Sequence[Shape]:
    shape, order = view.shape(0), view.ints(1)
    if shape is None:
        return (None,)
    if order is None or len(order) != len(shape):
        return (unknown(len(shape)),)
    places = [axis_of(axis, len(shape)) for axis in order]
    return (tuple(shape[place] if place is not None else None for place in places),)


def _pad(view: NodeView) -> Sequence[Shape]:
    shape, amounts = view.shape(0), view.ints(1)
    if shape is None:
        return (None,)
    if amounts is None or len(amounts) != 2 * len(shape):
        return (unknown(len(shape)),)
    pairs = zip(shape, amounts[::2], amounts[1::2], strict=True)
    return (tuple(None if None in pair else sum(size for size in pair if size is not None) for pair in pairs),)


def _tile(view: NodeView) -> Sequence[Shape]:
    shape, times = view.shape(0), view.ints(1)
    if shape is None:
        return (None,)
    if times is None or len(times) != len(shape):
        return (unknown(len(shape)),)
    return (tuple(None if a is None or b is None else a * b for a, b in zip(shape, times, strict=True)),)


def _shape_in_first(view: NodeView) -> Sequence[Shape]:
    return (from_ints(view.ints(0)),)


def _shape_in_second(view: NodeView) -> Sequence[Shape]:
    return (from_ints(view.ints(1)),)


def _blocks(view: NodeView, *, shrink: bool) -> Sequence[Shape]:
    """``SpaceToDepth`` and its inverse: blocks of pixels move into channels, or back."""
    shape, block = view.shape(0), view.number("block_size")
    if shape is None or len(shape) != 4 or block < 1:
        return (unknown(4),)
    channels = 1 if view.text("data_format") == "NCHW" else 3
    sizes: list[Dim] = []
    for position, size in enumerate(shape):
        if position == 0 or size is None:
            sizes.append(size)
        elif position == channels:
            sizes.append(size * block * block if shrink else size // (block * block))
        else:
            sizes.append(size // block if shrink else size * block)
    return (tuple(sizes),)


def _batch_blocks(view: NodeView, *, shrink: bool) -> Sequence[Shape]:
    """``SpaceToBatchND`` and its inverse: blocks of pixels move into the batch, or back."""
    shape, block, edges = view.shape(0), view.ints(1), view.ints(2)
    if shape is None:
        return (None,)
    if block is None or edges is None or len(edges) != 2 * len(block) or None in (*block, *edges):
        return (unknown(len(shape)),)
    factors, margins = [size or 1 for size in block], [size or 0 for size in edges]
    sizes = list(shape)
    for position, factor in enumerate(factors, start=1):
        size = sizes[position] if position < len(sizes) else None
        margin = margins[2 * position - 2] + margins[2 * position - 1]
        if position < len(sizes) and size is not None:
            sizes[position] = (size + margin) // factor if shrink else size * factor - margin
    if sizes and sizes[0] is not None:
        all_factors = math.prod(factors)
        sizes[0] = sizes[0] * all_factors if shrink else sizes[0] // max(all_factors, 1)
    return (tuple(sizes),)


def _shape(view: NodeView) -> Sequence[Shape]:
    return tuple((len(shape) if shape is not None else None,) for shape in view.shapes())


def _scalar(_view: NodeView) -> Sequence[Shape]:
    return ((),)


def _range(view: NodeView) -> Sequence[Shape]:
    start, limit, step = view.scalar(0), view.scalar(1), view.scalar(2)
    if start is None or limit is None or not step:
        return ((None,),)
    return ((max(-((start - limit) // step), 0),),)


def _merge_all(view: NodeView) -> Sequence[Shape]:
    return (common(view.shapes()),)


RULES: Mapping[str, Rule] = {
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "ExpandDims": _expand_dims,
    "ConcatV2": _concat_v2,
    "Concat": _concat,
    "Pack": _pack,
    "Unpack": _unpack,
    "Split": _split,
    "SplitV": _split_v,
    "Transpose": _transpose,
    "Pad": _pad,
    "PadV2": _pad,
    "MirrorPad": _pad,
    "Tile": _tile,
    "Fill": _shape_in_first,
    "BroadcastTo": _shape_in_second,
    "SpaceToDepth": lambda view: _blocks(view, shrink=True),
    "DepthToSpace": lambda view: _blocks(view, shrink=False),
    "SpaceToBatchND": lambda view: _batch_blocks(view, shrink=True),
    "BatchToSpaceND": lambda view: _batch_blocks(view, shrink=False),
    "Shape": _shape,
    "ShapeN": _shape,
    "Rank": _scalar,
    "Size": _scalar,
    "Range": _range,
    "ParallelConcat": lambda view: (view.shape_attr("shape"),),
    "ConcatOffset": lambda view: view.shapes(1),
}
