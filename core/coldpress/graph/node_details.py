"""All that the graph says of one node, in readable form: attributes, inputs, outputs, readers, the raw text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.protobuf import text_format

from coldpress.errors import InputError
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import dtype_name, to_array
from coldpress.graph.kinds import Kind, kind_of
from coldpress.graph.shape_rules.shapes import count, from_proto
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.formats.protos import AttrValue, TensorProto
    from coldpress.graph.graph import Consumer, Graph
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.shape_rules.shapes import Shape

_SHOWN = 8
"""Elements of a list or a tensor that are written out."""

_MOST_BYTES = 256
"""Bytes of a value that are left in the raw text."""


@dataclass(frozen=True, slots=True)
class InputTensor:
    """A tensor that a node reads; ``present`` is false where the graph lacks its producer."""

    tensor: TensorRef
    dtype: str | None
    shape: Shape
    present: bool


@dataclass(frozen=True, slots=True)
class OutputTensor:
    """A tensor that a node makes, and who reads it."""

    tensor: TensorRef
    dtype: str | None
    shape: Shape
    consumers: tuple[Consumer, ...]


@dataclass(frozen=True, slots=True)
class NodeDetails:
    """A node. ``attributes`` are key and readable value, in alphabetical order, internal ones (``_class``) last."""

    name: str
    op: str
    kind: Kind
    device: str
    attributes: tuple[tuple[str, str], ...]
    inputs: tuple[InputTensor, ...]
    control_inputs: tuple[str, ...]
    outputs: tuple[OutputTensor, ...]
    control_consumers: tuple[str, ...]
    text: str


def node_details(graph: Graph, types: TensorTypes, name: str, *, typed: bool = True) -> NodeDetails:
    """Return the details of a node; raise ``KeyError`` for none of this name.

    Without ``typed`` no dtype and no shape is asked for: working them out may take seconds in a large graph.
    """
    node = graph[name]
    attributes = sorted(node.attr, key=lambda key: (key.startswith("_"), key))

    def known(ref: TensorRef) -> tuple[str | None, Shape]:
        return (types.dtype(ref), types.shape(ref)) if typed else (None, None)

    inputs = (InputTensor(ref, *known(ref), ref.node in graph) for ref in graph.data_inputs(name))
    outputs = (TensorRef(name, number) for number in range(types.outputs(name)))
    return NodeDetails(
        name=node.name,
        op=node.op,
        kind=kind_of(node.op),
        device=node.device,
        attributes=tuple((key, readable(node.attr[key])) for key in attributes),
        inputs=tuple(inputs),
        control_inputs=graph.control_inputs(name),
        outputs=tuple(OutputTensor(ref, *known(ref), graph.consumers(ref)) for ref in outputs),
        control_consumers=graph.control_consumers(name),
        text=raw_text(node),
    )


def readable(value: AttrValue) -> str:
    """Return an attribute as a person would write it: ``float32``, ``[?, 16, 16, 1]``, ``SAME``, ``[1, 2, 2, 1]``."""
    field = value.WhichOneof("value")
    if field == "list":
        return _list(value)
    if field == "tensor":
        return _tensor(value.tensor)
    return _plain(field, getattr(value, field)) if field else ""


def shape_text(shape: Shape) -> str:
    """Return a shape as people write it; ``?`` alone where not even the rank is known."""
    return "?" if shape is None else "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"


def _plain(field: str, value: object) -> str:
    """Return one value of a field of AttrValue, or of an entry of its list."""
    if field == "s":
        return _bytes(value) if isinstance(value, bytes) else str(value)
    if field == "type":
        return dtype_name(value) if isinstance(value, int) else ""
    if field == "shape":
        return shape_text(from_proto(value))  # type: ignore[arg-type]
    if field == "func":
        return str(getattr(value, "name", ""))
    if field == "tensor":
        return _tensor(value)  # type: ignore[arg-type]
    return f"{value:g}" if isinstance(value, float) else str(value)


def _bytes(value: bytes) -> str:
    text = value[:_MOST_BYTES].decode("utf-8", "backslashreplace")
    return text if len(value) <= _MOST_BYTES else f"{text}… ({len(value):,} bytes)"


def _list(value: AttrValue) -> str:
    for descriptor, items in value.list.ListFields():
        shown = ", ".join(_plain(descriptor.name, item) for item in items[:_SHOWN])
        return f"[{shown}{', …' if len(items) > _SHOWN else ''}]"
    return "[]"


def _tensor(proto: TensorProto) -> str:
    """Return dtype, shape and the first elements of a tensor."""
    shape = from_proto(proto.tensor_shape)
    head = f"{dtype_name(proto.dtype)} {shape_text(shape)}"
    elements = count(shape)
    stored = proto.tensor_content or any(field.name.endswith("_val") for field, _ in proto.ListFields())
    if not elements or not stored:
        return head
    try:
        values = to_array(proto).ravel()[:_SHOWN].tolist()
    except InputError:
        # The structural findings speak of a damaged constant; its dtype and shape can be shown all the same.
        return head
    more = ", …" if elements > _SHOWN else ""
    return f"{head}: {', '.join(_element(value) for value in values)}{more}"


def _element(value: object) -> str:
    if isinstance(value, bytes):
        return _bytes(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def raw_text(node: NodeDef) -> str:
    """Return a NodeDef as protobuf text, with large values cut out (their size is said)."""
    copy = NodeDef()
    copy.CopyFrom(node)
    for value in copy.attr.values():
        for tensor in _tensors(value):
            _cut(tensor)
        if len(value.s) > _MOST_BYTES:
            value.s = _bytes(value.s).encode()
    return str(text_format.MessageToString(copy, as_utf8=True))


def _tensors(value: AttrValue) -> Iterator[TensorProto]:
    if value.HasField("tensor"):
        yield value.tensor
    yield from value.list.tensor


def _cut(tensor: TensorProto) -> None:
    size = len(tensor.tensor_content)
    if size > _MOST_BYTES:
        tensor.tensor_content = f"… {size:,} bytes …".encode()
    for descriptor, items in tensor.ListFields():
        if descriptor.name.endswith("_val") and len(items) > _SHOWN * 4:
            _shorten(items)


def _shorten(items: Sequence[object]) -> None:
    del items[_SHOWN * 4 :]  # type: ignore[attr-defined]
