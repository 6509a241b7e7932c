"""A graph that is not frozen, run with its checkpoint: the other side of the proof that a rewrite computes the same.

The graph holds the inference path alone (``eval_graph.held_graph``); nothing but that path is there to be run. The
values of its variables come from TensorFlow's own reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.worker.array_files import open_arrays
from coldpress.worker.fake_quant import let_through
from coldpress.worker.names import canonical
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.reference import run_session, session_config
from coldpress.worker.restored import restore

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.worker.requests.graph import ReferenceRun, RunTrained


def run_trained(request: RunTrained, progress: Callable[[int, int], None]) -> ReferenceRun:
    """Restore the checkpoint and run the graph on every sample."""
    import tensorflow as tf

    feeds = open_arrays({canonical(name): path for name, path in request.feeds.items()})
    wanted = [canonical(name) for name in request.tensors]
    pruned = prune(read_graph_def(request.graph), [*wanted, *feeds])
    if not request.fake_quant:
        let_through(pruned)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(pruned, name="")
        with tf.compat.v1.Session(graph=graph, config=session_config(request.threads)) as session:
            restore(session, graph, request.checkpoint, request.keys, _ignore, slices=request.slices)
            return run_session(session, feeds, wanted, request.folder, progress)


def _ignore(_done: int, _total: int) -> None:
    """Take no notice: restoring is quick beside running."""
