"""Is this a training graph? Judged by structure: what computes the outputs, not what happens to lie beside it.

An eval graph holds initializers (random operations that feed an Assign) and a Saver; neither is evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldpress.eval_graph.functions import used_functions
from coldpress.eval_graph.op_kinds import (
    ASSIGN_OPS,
    FAKE_QUANT_OPS,
    MERGE_OPS,
    PLACEHOLDER_OPS,
    SWITCH_OPS,
    is_gradient,
    is_optimizer,
    is_pipeline,
    is_random,
    is_training_batch_norm,
)
from coldpress.eval_graph.variable_updates import Form, updates
from coldpress.graph.order import topological
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from coldpress.facts import Fact
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph

_BOOL = 10
_SHOWN = 20
_AVERAGE = "eval_graph.evidence.moving_average"
_PIPELINE = "eval_graph.evidence.pipeline"
_OPERATION_SIGNS: tuple[tuple[str, Callable[[NodeDef], bool]], ...] = (
    ("eval_graph.evidence.optimizer", lambda node: is_optimizer(node.op)),
    ("eval_graph.evidence.gradient", lambda node: is_gradient(node.op)),
)
"""Signs that count wherever they lie in the graph."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign of training; ``nodes`` are some of the nodes that show it, ``facts["count"]`` is how many there are."""

    code: str
    nodes: tuple[str, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The verdict on a graph and what it rests on."""

    training: bool
    quantized: bool
    evidence: tuple[Evidence, ...]


def diagnose(graph: Graph, *, outputs: tuple[str, ...] | None = None) -> Diagnosis:
    """Judge ``graph``, or, of it, only what computes ``outputs`` (operation or tensor names).

    Optimizers, gradients and moving averages count wherever they lie. An input pipeline is told, but is no training.
    """
    if outputs is None:
        scope: Iterable[str] = _computing(graph)
    else:
        scope = graph.ancestors(TensorRef.parse(name).node for name in outputs)
    nodes = [graph[name] for name in scope]
    nodes += [inner for function in used_functions(graph, nodes) for inner in function.node_def]
    found = [_find(code, graph.nodes, test) for code, test in _OPERATION_SIGNS]
    found.append(_sign(_AVERAGE, _averages(graph)))
    found += [_find(code, nodes, test) for code, test in _path_signs(graph)]
    evidence = tuple(sign for sign in found if sign is not None)
    training = any(sign.code != _PIPELINE for sign in evidence)
    return Diagnosis(training, any(node.op in FAKE_QUANT_OPS for node in nodes), evidence)


def _averages(graph: Graph) -> list[str]:
    if topological(graph).stuck:  # updates are followed backwards, which has no end in a circle
        return []
    return [update.operation for update in updates(graph) if update.form is Form.AVERAGE]


def _computing(graph: Graph) -> list[str]:
    """Return the nodes that do more than give variables their first value.

    What ends in an Assign does no more, nor do the Switch and Merge by which an average waits for its variable.
    """
    idle = ASSIGN_OPS | SWITCH_OPS | MERGE_OPS
    sinks = [node.name for node in graph if not graph.readers(node.name) and node.op not in idle]
    return list(graph.ancestors(sinks, stop=lambda name: graph[name].op in ASSIGN_OPS))


def _path_signs(graph: Graph) -> tuple[tuple[str, Callable[[NodeDef], bool]], ...]:
    return (
        ("eval_graph.evidence.batch_norm", is_training_batch_norm),
        ("eval_graph.evidence.random", lambda node: is_random(node.op)),
        ("eval_graph.evidence.range_update", lambda node: _range_is_assigned(graph, node)),
        (_PIPELINE, lambda node: is_pipeline(node.op)),
        ("eval_graph.evidence.bool_placeholder", lambda node: _is_flag(graph, node)),
    )


def _range_is_assigned(graph: Graph, node: NodeDef) -> bool:
    """Tell whether a fake quant reads what an Assign gives, or a variable after an Assign."""
    if node.op not in FAKE_QUANT_OPS or node.name not in graph:
        return False
    ranges = [source.node for source in graph.data_inputs(node.name)[1:] if source.node in graph]
    made = [*ranges, *(waited for name in ranges for waited in graph.control_inputs(name) if waited in graph)]
    return any(graph[name].op in ASSIGN_OPS for name in made)


def _is_flag(graph: Graph, node: NodeDef) -> bool:
    is_bool = node.op in PLACEHOLDER_OPS and node.attr["dtype"].type == _BOOL
    return is_bool and bool(graph.readers(node.name)) and not node.attr["shape"].shape.dim


def _find(code: str, nodes: Sequence[NodeDef], test: Callable[[NodeDef], bool]) -> Evidence | None:
    return _sign(code, [node.name for node in nodes if test(node)])


def _sign(code: str, names: Sequence[str]) -> Evidence | None:
    return Evidence(code, tuple(names[:_SHOWN]), {"count": len(names)}) if names else None
