"""What becomes of every node, and how large the frozen graph will be, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import BlockedError, InputError, UsageError
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import NodeDef
from coldpress.freeze.constants import StoredConstant, small_constant, whole_value
from coldpress.freeze.functions import needed_functions
from coldpress.freeze.graph_writer import without_value
from coldpress.freeze.pieces import MappedNode, PlainNode
from coldpress.freeze.readers import rewrite_readers
from coldpress.freeze.renaming import find_renaming
from coldpress.freeze.stream import GraphStream, tail_of
from coldpress.freeze.unsupported import DirectFreezeUnsupported
from coldpress.freeze.variables import VARIABLE_OPS, graph_variables
from coldpress.graph.tensor_ref import operation_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from coldpress.facts import Fact
    from coldpress.formats.checkpoint_base import Checkpoint
    from coldpress.freeze.pieces import Piece
    from coldpress.freeze.saved_as import SavedAs
    from coldpress.freeze.variables import GraphVariable
    from coldpress.graph.graph import Graph

LARGEST = 2**31 - 1
"""Bytes that protobuf takes in one message. A larger frozen graph can be written, and read by nobody."""


@dataclass(frozen=True, slots=True)
class FreezePlan:
    """The frozen graph as it would be written, and the variables that become constants in it."""

    stream: GraphStream
    variables: tuple[GraphVariable, ...]


def plan_freeze(
    graph: Graph,
    checkpoint: Checkpoint | None,
    outputs: Iterable[str],
    *,
    saved: Mapping[str, SavedAs] | None = None,
) -> FreezePlan:
    """Decide what becomes of every node that the operations or tensors ``outputs`` need.

    Control edges count, as they do for ``freeze_graph``; colocation does not. ``saved`` says where the checkpoint keeps
    the variables (``Match.saved``); a variable it does not name goes by its own name. Raises ``InputError`` where the
    checkpoint lacks a variable or has another shape or dtype, ``BlockedError`` where the result would exceed 2 GB or
    something changes a variable, ``DirectFreezeUnsupported`` where only TensorFlow can freeze.
    """
    kept = _needed(graph, outputs)
    variables = graph_variables(graph, saved, within=kept)
    _check_values(variables, checkpoint)
    functions = needed_functions(graph, kept)
    making = [f.signature.name for f in functions if any(node.op in VARIABLE_OPS for node in f.node_def)]
    if making:
        raise DirectFreezeUnsupported("function_body", making)
    pieces = tuple(_pieces(graph, kept, variables, checkpoint))
    stream = GraphStream(pieces, tail_of(functions, graph.versions))
    _check_size(stream)
    return FreezePlan(stream, variables)


def _needed(graph: Graph, outputs: Iterable[str]) -> Collection[str]:
    names = [operation_name(text) for text in outputs]
    for name in names:
        if name not in graph:
            raise UsageError("freeze.no_such_operation", name=name)
    kept = graph.ancestors(names, control=True)
    for name in kept:
        for text in graph[name].input:
            if operation_name(text) not in graph:
                raise InputError("freeze.missing_input", node=name, input=text)
    return kept


def _check_values(variables: Sequence[GraphVariable], checkpoint: Checkpoint | None) -> None:
    if not variables:
        return
    if checkpoint is None:
        raise InputError("freeze.no_checkpoint", variables=_names(variables), count=len(variables))
    missing = [variable for variable in variables if variable.key not in checkpoint]
    if missing:
        raise _missing(missing, variables, checkpoint)
    other = [variable for variable in variables if not variable.fits(checkpoint.variables[variable.key])]
    if other:
        raise _different(other, checkpoint)


def _missing(
    missing: Sequence[GraphVariable], variables: Sequence[GraphVariable], checkpoint: Checkpoint
) -> InputError:
    used = {variable.key for variable in variables}
    unused = {key: stored for key, stored in checkpoint.variables.items() if key not in used}
    facts: dict[str, Fact] = {"variables": _names(missing), "count": len(missing)}
    renaming = find_renaming(missing, unused)
    if renaming is None:
        return InputError("freeze.missing_variables", path=checkpoint.prefix, **facts)
    key = next(k for v in missing if (k := renaming.key_of(v.key)) in unused)
    facts |= {"graph_scope": renaming.graph_scope, "checkpoint_scope": renaming.checkpoint_scope, "key": key}
    return InputError("freeze.other_scope", path=checkpoint.prefix, **facts)


def _different(variables: Sequence[GraphVariable], checkpoint: Checkpoint) -> InputError:
    """Return the error that says how the first of some variables differs from its value."""
    variable = variables[0]
    stored = checkpoint.variables[variable.key]
    facts: dict[str, Fact] = {"variable": variable.name, "count": len(variables)}
    if variable.accepts(stored):
        return InputError(
            "freeze.other_dtype", path=checkpoint.prefix, graph=variable.dtype, stored=stored.dtype, **facts
        )
    mine = variable.shape if variable.slice is None else variable.slice.full_shape
    shapes: dict[str, Fact] = {"graph": _shape_text(mine), "stored": _shape_text(stored.shape)}
    return InputError("freeze.other_shape", path=checkpoint.prefix, **shapes, **facts)


def _shape_text(shape: tuple[int | None, ...] | None) -> str:
    return "?" if shape is None else "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"


def _names(variables: Sequence[GraphVariable]) -> str:
    shown = ", ".join(v.name if v.name == v.key else f"{v.name} ({v.key})" for v in variables[:5])
    return shown + (" …" if len(variables) > 5 else "")


def _pieces(
    graph: Graph, kept: Collection[str], variables: Sequence[GraphVariable], checkpoint: Checkpoint | None
) -> Iterator[Piece]:
    readers = rewrite_readers(graph, kept, variables)
    frozen = {variable.name: variable for variable in variables}
    for node in graph:
        if node.name not in kept:
            continue
        variable = frozen.get(node.name)
        if variable is not None and checkpoint is not None:
            yield _constant(variable, checkpoint)
        elif (payload := graph.payloads.get(node.name)) is not None and node.name not in readers.changed:
            yield MappedNode(_bare(without_value(node, payload.key), kept), payload)
        else:
            yield PlainNode(_bare(readers.changed.get(node.name, node), kept))
    yield from (PlainNode(node) for node in readers.added)


def _constant(variable: GraphVariable, checkpoint: Checkpoint) -> Piece:
    """Return the constant of a variable: strings, single values and empty ones are listed, the rest is streamed."""
    constant = StoredConstant(variable, checkpoint)
    if variable.dtype == "string" or constant.elements < 2:
        return PlainNode(small_constant(variable.name, variable.dtype, whole_value(variable, checkpoint)))
    return constant


def _bare(node: NodeDef, kept: Collection[str]) -> NodeDef:
    """Return a node without its device and without colocation with nodes that are gone (which fails on import)."""
    classes = list(node.attr["_class"].list.s) if "_class" in node.attr else []
    staying = [name for name in classes if _colocated_with(name) in kept]
    if not node.device and len(staying) == len(classes):
        return node
    copy = NodeDef()
    copy.CopyFrom(node)
    copy.device = ""
    if len(staying) < len(classes):
        del copy.attr["_class"]
        if staying:
            copy.attr["_class"].list.s.extend(staying)
    return copy


def _colocated_with(name: bytes) -> str:
    return name.decode("utf-8", "replace").removeprefix("loc:@")


def _check_size(stream: GraphStream) -> None:
    """Refuse what nobody could read back, naming the largest constants: pruning one of them may be enough."""
    total = stream.nbytes
    if total > LARGEST:
        largest = sorted(stream.pieces, key=lambda piece: piece.nbytes, reverse=True)[:5]
        facts = {"bytes": total, "limit": LARGEST}
        nodes = tuple(piece.name for piece in largest)
        raise BlockedError([Finding("freeze.too_large", Severity.BLOCK, nodes, facts, ("other_outputs",))])
