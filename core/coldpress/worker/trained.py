"""A graph that is not frozen, run with its checkpoint: the proof that a rewrite computes the same.

The graph is cut at every tensor that is fed. Nothing is left of what feeds those (input pipelines, batch statistics,
updates of ranges), and control inputs are dropped but for those that hold branches and loops together: only the path
from the fed tensors to the wanted ones is there to be run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from coldpress.worker.array_files import open_arrays
from coldpress.worker.names import canonical
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.reference import run_session, session_config
from coldpress.worker.restored import restore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from coldpress.worker.requests import ReferenceRun, RunTrained

    Arrays = Mapping[str, NDArray[np.generic]]

_PIVOTS: Final = frozenset({"Switch", "Merge", "Enter", "Exit", "NextIteration", "LoopCond", "Identity"})
"""Operations whose control outputs say in which branch or frame a constant lives."""


def run_trained(request: RunTrained, progress: Callable[[int, int], None]) -> ReferenceRun:
    """Restore the checkpoint and run the graph on every sample."""
    import tensorflow as tf

    feeds = open_arrays({canonical(name): path for name, path in request.feeds.items()})
    fixed = {canonical(name): np.load(path, allow_pickle=False) for name, path in request.fixed.items()}
    graph_def = read_graph_def(request.graph)
    _drop_control_inputs(graph_def)
    spelled = cut(graph_def, {**feeds, **fixed})
    pruned = prune(graph_def, [*request.tensors, *(name for name in spelled.values())])
    runs = len(next(iter(feeds.values()))) if feeds else 1
    given = {spelled[name]: array for name, array in feeds.items()}
    given |= {spelled[name]: np.broadcast_to(array, (runs, *array.shape)) for name, array in fixed.items()}
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(pruned, name="")
        with tf.compat.v1.Session(graph=graph, config=session_config(request.threads)) as session:
            restore(session, graph, request.checkpoint, request.keys, _ignore)
            wanted = [canonical(name) for name in request.tensors]
            return run_session(session, given, wanted, request.folder, progress)


def _ignore(_done: int, _total: int) -> None:
    """Take no notice: restoring is quick beside running."""


def cut(graph: Any, fed: Arrays) -> dict[str, str]:
    """Put a placeholder in the place of every fed tensor, in place; return what each is called now."""
    import tensorflow as tf

    spelled = {}
    for number, (tensor, array) in enumerate(fed.items()):
        name = f"coldpress_feed_{number}"
        node = graph.node.add(name=name, op="Placeholder")
        node.attr["dtype"].type = tf.as_dtype(array.dtype).as_datatype_enum
        node.attr["shape"].shape.unknown_rank = True
        spelled[tensor] = f"{name}:0"
    for node in graph.node:
        for position, text in enumerate(node.input):
            placeholder = spelled.get(canonical(text))
            if placeholder is not None and not text.startswith("^"):
                node.input[position] = placeholder
    return spelled


def _drop_control_inputs(graph: Any) -> None:
    operations = {node.name: node.op for node in graph.node}
    for node in graph.node:
        kept = [text for text in node.input if not text.startswith("^") or operations.get(text[1:]) in _PIVOTS]
        if len(kept) < len(node.input):
            del node.input[:]
            node.input.extend(kept)
