"""The variables of a graph, and where a checkpoint keeps each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldpress.formats.protos import TrackableObjectGraph
from coldpress.formats.tensors import dtype_name
from coldpress.formats.wire import decoding
from coldpress.freeze.partitions import derived_slices
from coldpress.freeze.saved_as import SavedAs, Slice
from coldpress.freeze.savers import Saver, best_for, savers
from coldpress.graph.tensor_ref import operation_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from coldpress.formats.checkpoint_base import Checkpoint, Variable
    from coldpress.formats.protos import NodeDef, VariableDef
    from coldpress.graph.graph import Graph

REFERENCE_OPS = frozenset({"Variable", "VariableV2", "AutoReloadVariable"})
"""Operations whose output is a reference to a buffer. ``TemporaryVariable`` is none: no Saver ever sees it."""

RESOURCE_OPS = frozenset({"VarHandleOp"})
VARIABLE_OPS = REFERENCE_OPS | RESOURCE_OPS

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""Where ``tf.train.Checkpoint`` keeps which object has which key; no variable."""


@dataclass(frozen=True, slots=True)
class GraphVariable:
    """A variable node. ``shape`` is None where the graph does not say, with None for each dimension it leaves open."""

    name: str
    op: str
    dtype: str
    shape: tuple[int | None, ...] | None
    saved: SavedAs

    @property
    def key(self) -> str:
        """The checkpoint key."""
        return self.saved.key

    @property
    def slice(self) -> Slice | None:
        """Which part of the key's value this variable is, where it is a part."""
        return self.saved.slice

    @property
    def is_resource(self) -> bool:
        """Whether readers get a handle (``tf.ResourceVariable``) rather than a reference."""
        return self.op in RESOURCE_OPS

    def accepts(self, stored: Variable) -> bool:
        """Whether the shape of a checkpoint's value is one that this variable can hold."""
        if self.slice is not None and self.slice.full_shape != stored.shape:
            return False
        shape = stored.shape if self.slice is None else self.slice.shape
        if self.shape is None:
            return True
        return len(self.shape) == len(shape) and all(
            mine in (None, theirs) for mine, theirs in zip(self.shape, shape, strict=True)
        )

    def fits(self, stored: Variable) -> bool:
        """Whether a checkpoint's value has a shape and the dtype of this variable."""
        return self.accepts(stored) and self.dtype == stored.dtype


def graph_variables(
    graph: Graph, saved: Mapping[str, SavedAs] | None = None, *, within: Collection[str] | None = None
) -> tuple[GraphVariable, ...]:
    """Return the variables of a graph in graph order, or those whose name is in ``within``.

    ``saved`` says where each is kept (``find_saved``); a variable it does not name goes by its own name.
    """
    places = saved or {}
    nodes = (node for node in graph if node.op in VARIABLE_OPS and (within is None or node.name in within))
    return tuple(_variable(node, places.get(node.name)) for node in nodes)


def find_saved(
    graph: Graph, checkpoint: Checkpoint, variable_defs: Iterable[VariableDef] = ()
) -> Mapping[str, SavedAs]:
    """Return where ``checkpoint`` keeps each variable of ``graph``; for one that it lacks, where it would be.

    Asked in this order, the first that the checkpoint has and whose shape fits is taken: the graph's Savers, the
    ``VariableDef`` of a MetaGraph's collections, the variable's own names, the object names of a
    ``tf.train.Checkpoint``, and the shapes of ``part_0``, ``part_1`` … beside a whole. A rewritten graph has lost its
    Savers: ask the graph as it was read, names of variable nodes stay.
    """
    variables = {variable.name: variable for variable in graph_variables(graph)}
    ranked = best_for(savers(graph, variables.keys()), checkpoint.variables.keys())
    partitions = {operation_name(d.variable_name): d for d in variable_defs if d.save_slice_info_def.full_name}
    objects = _object_names(checkpoint)
    parts = derived_slices(((v.name, v.shape) for v in variables.values()), checkpoint.variables)
    return {
        name: _first_that_fits(
            variable, _places(graph[name], ranked, partitions.get(name), objects, parts.get(name)), checkpoint
        )
        for name, variable in variables.items()
    }


def _variable(node: NodeDef, saved: SavedAs | None) -> GraphVariable:
    shape = node.attr["shape"].shape if "shape" in node.attr else None
    known = None if shape is None or shape.unknown_rank else tuple(d.size if d.size >= 0 else None for d in shape.dim)
    dtype = dtype_name(node.attr["dtype"].type) if "dtype" in node.attr else "float32"
    return GraphVariable(node.name, node.op, dtype, known, saved or SavedAs(_own_names(node)[0]))


def _own_names(node: NodeDef) -> tuple[str, ...]:
    """Return what a variable calls itself. A handle's ``shared_name`` is the variable's name, its node may be a copy.

    A handle in a graph that was imported under a prefix, or a replica of one, has another node name.
    """
    shared = node.attr["shared_name"].s.decode("utf-8", "replace") if "shared_name" in node.attr else ""
    names = (shared, node.name) if node.op in RESOURCE_OPS else (node.name, shared)
    return tuple(name for name in names if name)


def _places(
    node: NodeDef,
    ranked: tuple[Saver, ...],
    partition: VariableDef | None,
    objects: Mapping[str, str],
    part: SavedAs | None,
) -> Iterator[SavedAs]:
    """Yield where a variable may be kept, the most trustworthy source first."""
    yield from (saver.saves[node.name] for saver in ranked if node.name in saver.saves)
    if partition is not None:
        info = partition.save_slice_info_def
        yield SavedAs(info.full_name, Slice(tuple(info.full_shape), tuple(info.var_offset), tuple(info.var_shape)))
    names = _own_names(node)
    yield from (SavedAs(name) for name in names)
    yield from (SavedAs(objects[name]) for name in names if name in objects)
    if part is not None:
        yield part


def _first_that_fits(variable: GraphVariable, places: Iterator[SavedAs], checkpoint: Checkpoint) -> SavedAs:
    tried = tuple(places)
    stored = [place for place in tried if place.key in checkpoint]
    for place in stored:
        if replace(variable, saved=place).accepts(checkpoint.variables[place.key]):
            return place
    return next(iter(stored), tried[0])


def _object_names(checkpoint: Checkpoint) -> Mapping[str, str]:
    """Return variable name -> key of an object-based checkpoint; nothing for one that a Saver wrote."""
    if OBJECT_GRAPH_KEY not in checkpoint:
        return {}
    with decoding(checkpoint.prefix, "TrackableObjectGraph"):
        content = TrackableObjectGraph.FromString(checkpoint.read(OBJECT_GRAPH_KEY).item())
    attributes = (a for node in content.nodes for a in node.attributes)
    return {a.full_name: a.checkpoint_key for a in attributes if a.full_name}
