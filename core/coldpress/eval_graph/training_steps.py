"""How many steps a checkpoint was trained, as far as its counters and its name say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldpress.eval_graph.op_kinds import VARIABLE_OPS
from coldpress.eval_graph.quant_delay import delays
from coldpress.eval_graph.variable_access import variable_shape, written_variable

if TYPE_CHECKING:
    from coldpress.eval_graph.trained_values import TrainedValues
    from coldpress.graph.graph import Graph

_COUNTING = frozenset({"AssignAdd", "AssignAddVariableOp"})
_INTEGERS = frozenset({3, 9})
"""DT_INT32, DT_INT64."""
_USUAL_NAMES = ("global_step", "iterations", "iter")


def training_step(graph: Graph, values: TrainedValues) -> tuple[str, int] | None:
    """Return the counter of training steps and its value; without one, the checkpoint's name and the step in it.

    A counter is an integer that an operation counts up; of several (quantization counts for itself) the one with a
    usual name counts.
    """
    own = {delay.counter for delay in delays(graph)}
    counters = [node.name for node in graph if _is_counter(graph, node.name) and node.name not in own]
    named = [name for name in counters if name.rpartition("/")[2].startswith(_USUAL_NAMES)]
    for name in named or (counters if len(counters) == 1 else []):
        facts = values.facts(name)
        if facts is not None and facts.count == 1:
            return name, int(facts.low)
    step = re.search(r"-(\d+)$", values.prefix)
    return None if step is None else (values.prefix.replace("\\", "/").rpartition("/")[2], int(step[1]))


def _is_counter(graph: Graph, name: str) -> bool:
    node = graph[name]
    if node.op not in VARIABLE_OPS or node.attr["dtype"].type not in _INTEGERS or variable_shape(graph, name) != ():
        return False
    return any(
        graph[reader].op in _COUNTING and written_variable(graph, graph[reader]) == name
        for reader in graph.readers(name)
    )
