"""Small integer tensors followed through the graph: they are what shapes are computed from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.formats.tensors import dtype_name, to_array
from coldpress.graph.shape_rules.shapes import axis_of, count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldpress.formats.protos import TensorProto
    from coldpress.graph.shape_rules.shapes import Dim, Shape
    from coldpress.graph.shape_rules.view import Ints, NodeView

MOST_ELEMENTS = 128
"""No shape or list of axes is longer; larger tensors are data, not sizes."""

_LARGEST = 1 << 62
INTEGERS = frozenset({"int32", "int64", "int16", "int8", "uint8", "uint16", "uint32", "uint64"})


def of_constant(proto: TensorProto) -> Ints:
    """Return the elements of a small integer constant."""
    shape = proto.tensor_shape
    if dtype_name(proto.dtype) not in INTEGERS or shape.unknown_rank:
        return None
    if not 0 <= math.prod(dim.size for dim in shape.dim) <= MOST_ELEMENTS:
        return None
    try:
        return tuple(int(element) for element in to_array(proto).ravel())
    except InputError:
        # A damaged constant is reported by the structural rules; here it is just not known.
        return None


def _constant(view: NodeView) -> Ints:
    value = view.attr("value")
    return of_constant(value.tensor) if value is not None else None


def _first(view: NodeView) -> Ints:
    return view.ints(0)


def _shape(view: NodeView) -> Ints:
    return view.shape(0)


def _size(view: NodeView) -> Ints:
    total = count(view.shape(0))
    return None if total is None else (total,)


def _rank(view: NodeView) -> Ints:
    shape = view.shape(0)
    return None if shape is None else (len(shape),)


def _joined(parts: list[Ints], shapes: list[Shape]) -> Ints:
    """Put elements one after the other; a part that is not known counts as that many unknown elements."""
    result: list[Dim] = []
    for part, shape in zip(parts, shapes, strict=True):
        size = len(part) if part is not None else count(shape)
        if size is None or len(result) + size > MOST_ELEMENTS:
            return None
        result.extend(part if part is not None else (None,) * size)
    return tuple(result)


def _pack(view: NodeView) -> Ints:
    return _joined(list(view.values()), list(view.shapes())) if view.number("axis") == 0 else None


def _concat_v2(view: NodeView) -> Ints:
    last = len(view.inputs) - 1
    flat = all(shape is not None and len(shape) == 1 for shape in view.shapes(0, last))
    return _joined(list(view.values()[:last]), list(view.shapes(0, last))) if flat and last > 0 else None


def _strided_slice(view: NodeView) -> Ints:
    elements, shape = view.ints(0), view.shape(0)
    begin, end, step = view.scalar(1), view.scalar(2), view.scalar(3)
    if elements is None or shape is None or len(shape) != 1 or begin is None or end is None or not step:
        return None
    if view.number("ellipsis_mask") or view.number("new_axis_mask"):
        return None
    if view.number("shrink_axis_mask"):
        place = axis_of(begin, len(elements))
        return None if place is None else (elements[place],)
    first = None if view.number("begin_mask") else begin
    last = None if view.number("end_mask") else end
    return elements[first:last:step]


def _slice(view: NodeView) -> Ints:
    elements, begin, size = view.ints(0), view.scalar(1), view.scalar(2)
    if elements is None or begin is None or size is None or begin < 0:
        return None
    return elements[begin:] if size < 0 else elements[begin : begin + size]


def _gather(view: NodeView) -> Ints:
    elements, shape, places = view.ints(0), view.shape(0), view.ints(1)
    if elements is None or places is None or shape is None or len(shape) != 1:
        return None
    return tuple(elements[p] if p is not None and 0 <= p < len(elements) else None for p in places)


def _range(view: NodeView) -> Ints:
    start, limit, step = view.scalar(0), view.scalar(1), view.scalar(2)
    if start is None or limit is None or not step or abs(limit - start) > MOST_ELEMENTS * abs(step):
        return None
    return tuple(range(start, limit, step))


def _fill(view: NodeView) -> Ints:
    size, value = view.ints(0), view.scalar(1)
    if size is None or any(s is None or s < 0 for s in size):
        return None
    total = math.prod(s for s in size if s is not None)
    return (value,) * total if total <= MOST_ELEMENTS else None


def _reduce(combine: Callable[[list[int]], int]) -> Callable[[NodeView], Ints]:
    def rule(view: NodeView) -> Ints:
        elements, shape = view.ints(0), view.shape(0)
        if elements is None or shape is None or len(shape) != 1 or None in elements:
            return None
        return _bounded(combine([element for element in elements if element is not None]))

    return rule


def _bounded(value: int) -> Ints:
    return (value,) if abs(value) < _LARGEST else (None,)


def _binary(combine: Callable[[int, int], int | None]) -> Callable[[NodeView], Ints]:
    def rule(view: NodeView) -> Ints:
        left, right = view.ints(0), view.ints(1)
        if left is None or right is None or not (len(left) == len(right) or 1 in {len(left), len(right)}):
            return None
        size = max(len(left), len(right)) if left and right else 0
        pairs = ((left[i % len(left)], right[i % len(right)]) for i in range(size))
        return tuple(None if a is None or b is None else _limited(combine(a, b)) for a, b in pairs)

    return rule


def _limited(value: int | None) -> Dim:
    return value if value is not None and abs(value) < _LARGEST else None


def _floor_div(left: int, right: int) -> int | None:
    return left // right if right else None


def _truncated_div(left: int, right: int) -> int | None:
    quotient = abs(left) // abs(right) if right else 0
    return None if not right else quotient if (left < 0) == (right < 0) else -quotient


def _floor_mod(left: int, right: int) -> int | None:
    return left % right if right else None


VALUES: Mapping[str, Callable[[NodeView], Ints]] = {
    "Const": _constant,
    **dict.fromkeys(
        ("Identity", "Snapshot", "StopGradient", "Cast", "Reshape", "Squeeze", "ExpandDims", "Enter", "EnsureShape"),
        _first,
    ),
    "Shape": _shape,
    "Size": _size,
    "Rank": _rank,
    "Pack": _pack,
    "ConcatV2": _concat_v2,
    "StridedSlice": _strided_slice,
    "Slice": _slice,
    "Gather": _gather,
    "GatherV2": _gather,
    "Range": _range,
    "Fill": _fill,
    "Prod": _reduce(math.prod),
    "Sum": _reduce(sum),
    "Max": _reduce(lambda values: max(values, default=0)),
    "Min": _reduce(lambda values: min(values, default=0)),
    **dict.fromkeys(("Add", "AddV2"), _binary(lambda a, b: a + b)),
    "Sub": _binary(lambda a, b: a - b),
    "Mul": _binary(lambda a, b: a * b),
    "FloorDiv": _binary(_floor_div),
    **dict.fromkeys(("Div", "TruncateDiv"), _binary(_truncated_div)),
    "FloorMod": _binary(_floor_mod),
    "Maximum": _binary(max),
    "Minimum": _binary(min),
    "Neg": lambda view: None if view.ints(0) is None else tuple(None if v is None else -v for v in view.ints(0) or ()),
}
"""From an operation to the elements of its only output; asked where that output is an integer tensor."""
