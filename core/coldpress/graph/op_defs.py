"""TensorFlow's own list of operations, as shipped: signatures, attributes with their defaults, stateful or not.

``op_defs.binpb`` is the OpList of the TensorFlow release that converts (``resources/scripts/make_descriptors.py``).
Operations of ``tf.contrib`` and those of newer or private builds are not in it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from coldpress.formats.protos import OpList

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldpress.formats.protos import AttrValue, NodeDef, OpDef
    from coldpress.graph.graph import Graph


@cache
def _table() -> Mapping[str, OpDef]:
    content = (files("coldpress_resources") / "op_defs.binpb").read_bytes()
    return {definition.name: definition for definition in OpList.FromString(content).op}


@cache
def _defaults(op: str) -> Mapping[str, AttrValue]:
    definition = _table().get(op)
    attributes = definition.attr if definition is not None else ()
    return {attribute.name: attribute.default_value for attribute in attributes if attribute.HasField("default_value")}


def op_def(op: str) -> OpDef | None:
    """Return the definition of an operation, or None where TensorFlow's registry lacks it."""
    return _table().get(op)


def all_ops() -> tuple[str, ...]:
    """Return the name of every registered operation, sorted."""
    return tuple(_table())


def is_stateful(op: str) -> bool:
    """Tell whether an operation holds or changes state (variables, queues, random numbers, files)."""
    definition = op_def(op)
    return definition is not None and definition.is_stateful


def signature(graph: Graph, node: NodeDef) -> OpDef | None:
    """Return what defines a node's inputs and outputs: TensorFlow's registry, or a function of the graph's library."""
    definition = op_def(node.op)
    if definition is None and node.op in graph.functions:
        return graph.functions[node.op].signature
    return definition


def attribute(node: NodeDef, key: str) -> AttrValue | None:
    """Return an attribute of a node, or the default that the registry gives it."""
    value: AttrValue | None = node.attr.get(key)
    return value if value is not None else _defaults(node.op).get(key)


def output_types(node: NodeDef, definition: OpDef) -> tuple[int, ...]:
    """Return the ``DT_`` number of each output tensor; 0 where an attribute that would say it is missing."""
    return tuple(_types(node, definition))


def _types(node: NodeDef, definition: OpDef) -> Iterator[int]:
    for argument in definition.output_arg:
        if argument.type_list_attr:
            value = attribute(node, argument.type_list_attr)
            yield from value.list.type if value is not None else ()
            continue
        dtype = argument.type
        if argument.type_attr:
            value = attribute(node, argument.type_attr)
            dtype = value.type if value is not None else 0
        yield from (dtype,) * _count(node, argument.number_attr)


def _count(node: NodeDef, number_attr: str) -> int:
    """Return how many tensors an argument stands for, bounded so that a hostile attribute costs no memory."""
    if not number_attr:
        return 1
    value = attribute(node, number_attr)
    return min(max(value.i, 0), 1 << 16) if value is not None else 1
