"""What a graph's own Savers say: which variable they save under which key.

``tf.train.Saver`` leaves ``SaveV2`` (before TF 0.12 ``SaveSlices`` or ``Save``) in the graph, with the keys and the
slices as constants and the variables as inputs. That is the truth about renamed (``Saver({"other": v})``) and
partitioned variables; names only suggest it. ``RestoreV2`` says the same, but ``init_from_checkpoint`` leaves one, too,
that speaks of another model's checkpoint, so it is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.formats.tensors import to_array
from coldpress.freeze.saved_as import SavedAs, parse_slice
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph

_SAVE_OPS = {"SaveV2": (1, 2, 3), "SaveSlices": (1, 2, 3), "Save": (1, None, 2)}
"""Operation -> which inputs hold the keys, the slices, and the first tensor."""

_FORWARDING = frozenset({"Identity", "ReadVariableOp", "RefIdentity"})
_LONGEST_WAY = 8
"""Steps from a Saver's input back to its variable; a copy to the CPU and a read make two or three."""


@dataclass(frozen=True, slots=True)
class Saver:
    """One Saver: ``scope`` is its name scope (``save``), ``saves`` maps variable nodes to their place on disk."""

    scope: str
    saves: Mapping[str, SavedAs]

    @property
    def keys(self) -> frozenset[str]:
        """Every key that this Saver writes."""
        return frozenset(saved.key for saved in self.saves.values())


def savers(graph: Graph, variables: Collection[str]) -> tuple[Saver, ...]:
    """Return the Savers in a graph whose variable nodes are ``variables``; a sharded one counts once."""
    found: dict[str, dict[str, SavedAs]] = {}
    for node in graph:
        if node.op in _SAVE_OPS:
            scope = node.name.rpartition("/")[0]
            found.setdefault(scope, {}).update(_saves(graph, node, variables))
    return tuple(Saver(scope, saves) for scope, saves in found.items() if saves)


def best_for(found: tuple[Saver, ...], keys: Collection[str]) -> tuple[Saver, ...]:
    """Return Savers, the one that most likely wrote a checkpoint with these keys first.

    A checkpoint holds exactly the keys of the Saver that wrote it, so the likeness of the two sets decides.
    """
    stored = set(keys)

    def likeness(saver: Saver) -> float:
        return len(saver.keys & stored) / max(1, len(saver.keys | stored))

    return tuple(sorted(found, key=likeness, reverse=True))


def _saves(graph: Graph, node: NodeDef, variables: Collection[str]) -> Iterator[tuple[str, SavedAs]]:
    keys_at, slices_at, first = _SAVE_OPS[node.op]
    inputs = [TensorRef.parse(text) for text in node.input if not is_control(text)]
    if len(inputs) < first:
        return
    keys = _strings(graph, inputs[keys_at])
    slices = [""] * len(keys) if slices_at is None else _strings(graph, inputs[slices_at])
    for key, spec, tensor in zip(keys, slices, inputs[first:], strict=False):
        variable = _variable_behind(graph, tensor, variables)
        if variable is not None:
            yield variable, SavedAs(key, parse_slice(spec))


def _strings(graph: Graph, ref: TensorRef) -> list[str]:
    """Return the values of a string constant; none where it is something else, or damaged: names may still do."""
    value = graph.attribute(ref.node, "value") if ref.node in graph else None
    if value is None:
        return []
    try:
        items = to_array(value.tensor).ravel().tolist()
    except InputError:
        return []
    return [item.decode("utf-8", "surrogateescape") for item in items if isinstance(item, bytes)]


def _variable_behind(graph: Graph, ref: TensorRef, variables: Collection[str]) -> str | None:
    """Follow copies and reads back to the variable that a Saver's input holds the value of."""
    for _ in range(_LONGEST_WAY):
        if ref.node in variables:
            return ref.node
        node = graph.get(ref.node)
        if node is None or node.op not in _FORWARDING or not node.input:
            return None
        ref = TensorRef.parse(node.input[0])
    return None
