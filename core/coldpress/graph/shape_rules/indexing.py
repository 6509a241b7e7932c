"""Operations that pick or reduce: slices, gathers, reductions, top-k, resizes of images."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coldpress.graph.shape_rules.shapes import axis_of, replaced, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.graph.shape_rules.shapes import Dim, Shape
    from coldpress.graph.shape_rules.view import NodeView, Rule


def _reduce(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    keep = view.flag("keep_dims")
    if shape is None:
        return (None,)
    axes = view.ints(1)
    if axes is None or any(axis_of(axis, len(shape)) is None for axis in axes):
        return (unknown(len(shape)) if keep else None,)
    gone = {axis_of(axis, len(shape)) for axis in axes} if shape else set()
    if keep:
        return (tuple(1 if position in gone else size for position, size in enumerate(shape)),)
    return (tuple(size for position, size in enumerate(shape) if position not in gone),)


def _arg_reduce(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    axis = None if shape is None else axis_of(view.scalar(1), len(shape))
    if shape is None or axis is None:
        return (unknown(len(shape) - 1) if shape else None,)
    return ((*shape[:axis], *shape[axis + 1 :]),)


def _slice(view: NodeView) -> Sequence[Shape]:
    shape, begin, size = view.shape(0), view.ints(1), view.ints(2)
    if size is None:
        return (unknown(len(shape)) if shape is not None else None,)
    starts = begin if begin is not None and len(begin) == len(size) else (None,) * len(size)
    wholes = shape if shape is not None and len(shape) == len(size) else (None,) * len(size)
    return (tuple(_slice_size(*dims) for dims in zip(size, starts, wholes, strict=True)),)


def _slice_size(wanted: Dim, start: Dim, whole: Dim) -> Dim:
    """Return the size of one dimension of a ``Slice``; -1 means *the rest*."""
    if wanted is None or wanted >= 0:
        return wanted
    return whole - start if whole is not None and start is not None and whole >= start else None


class _Bounds(NamedTuple):
    """One part of a ``StridedSlice``: ``begin:end:step``, an ellipsis, a new axis, or a single index."""

    begin: Dim
    end: Dim
    step: Dim
    open_begin: bool
    open_end: bool
    ellipsis: bool
    new_axis: bool
    shrink: bool

    def size(self, whole: Dim) -> Dim:
        """Return how many elements the part takes of a dimension."""
        edges_known = (self.open_begin or self.begin is not None) and (self.open_end or self.end is not None)
        if whole is None or not self.step or not edges_known:
            return None
        part = slice(None if self.open_begin else self.begin, None if self.open_end else self.end, self.step)
        return len(range(*part.indices(whole)))


_SLICE_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def _bounds(view: NodeView) -> list[_Bounds] | None:
    begin, end, strides = view.ints(1), view.ints(2), view.ints(3)
    if begin is None or end is None or strides is None:
        return None
    masks = [view.number(key) for key in _SLICE_MASKS]
    flags = ([bool(mask >> part & 1) for mask in masks] for part in range(len(begin)))
    parts = zip(begin, end, strides, flags, strict=False)
    return [_Bounds(first, last, step, *flag) for first, last, step, flag in parts]


def _strided_slice(view: NodeView) -> Sequence[Shape]:
    shape, parts = view.shape(0), _bounds(view)
    if shape is None or parts is None:
        return (None,)
    used = sum(1 for part in parts if not part.ellipsis and not part.new_axis)
    result: list[Dim] = []
    place = 0
    for part in parts:
        if part.ellipsis:
            width = max(len(shape) - used, 0)
            result.extend(shape[place : place + width])
            place += width
        elif part.new_axis:
            result.append(1)
        else:
            if not part.shrink:
                result.append(part.size(shape[place] if place < len(shape) else None))
            place += 1
    return ((*result, *shape[place:]),)


def _gather(view: NodeView) -> Sequence[Shape]:
    params, indices = view.shape(0), view.shape(1)
    if params is None or indices is None:
        return (None,)
    axis = axis_of(view.scalar(2), len(params)) if view.node.op == "GatherV2" and len(view.inputs) > 2 else 0
    if axis is None or view.number("batch_dims"):
        return (unknown(len(params) + len(indices) - 1 - view.number("batch_dims")),)
    return ((*params[:axis], *indices, *params[axis + 1 :]),)


def _gather_nd(view: NodeView) -> Sequence[Shape]:
    params, indices = view.shape(0), view.shape(1)
    if params is None or not indices or indices[-1] is None or indices[-1] > len(params):
        return (None,)
    return ((*indices[:-1], *params[indices[-1] :]),)


def _one_hot(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    if shape is None:
        return (None,)
    axis = axis_of(view.number("axis"), len(shape) + 1)
    depth = view.scalar(1)
    return (unknown(len(shape) + 1) if axis is None else (*shape[:axis], depth, *shape[axis:]),)


def _top_k(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    if not shape:
        return (None, None)
    k = view.scalar(1) if view.node.op == "TopKV2" else view.number("k")
    return (replaced(shape, len(shape) - 1, k),) * 2


def _resize(view: NodeView) -> Sequence[Shape]:
    shape, size = view.shape(0), view.ints(1)
    height, width = size if size is not None and len(size) == 2 else (None, None)
    if shape is not None and len(shape) != 4:
        return (None,)
    return ((shape[0] if shape else None, height, width, shape[3] if shape else None),)


def _crop_and_resize(view: NodeView) -> Sequence[Shape]:
    image, boxes, size = view.shape(0), view.shape(1), view.ints(3)
    height, width = size if size is not None and len(size) == 2 else (None, None)
    channels = image[3] if image is not None and len(image) == 4 else None
    return ((boxes[0] if boxes else None, height, width, channels),)


def _where(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    return ((None, len(shape) if shape is not None else None),)


def _vector(_view: NodeView) -> Sequence[Shape]:
    return ((None,),)


_REDUCTIONS = ("Sum", "Mean", "Prod", "Min", "Max", "All", "Any", "EuclideanNorm")

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_REDUCTIONS, _reduce),
    "ArgMax": _arg_reduce,
    "ArgMin": _arg_reduce,
    "Slice": _slice,
    "StridedSlice": _strided_slice,
    "Gather": _gather,
    "GatherV2": _gather,
    "GatherNd": _gather_nd,
    "OneHot": _one_hot,
    "TopK": _top_k,
    "TopKV2": _top_k,
    **dict.fromkeys(("ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea"), _resize),
    "CropAndResize": _crop_and_resize,
    "Where": _where,
    **dict.fromkeys(("NonMaxSuppression", "NonMaxSuppressionV2", "NonMaxSuppressionV3"), _vector),
    "L2Loss": lambda _view: ((),),
}
