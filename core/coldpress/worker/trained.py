"""A graph that is not frozen, run with its checkpoint: the other side of the proof that a rewrite computes the same.

The graph holds the inference path alone (``eval_graph.held_graph``); nothing but that path is there to be run. The
values of its variables come from TensorFlow's own reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.worker.reference import run_request
from coldpress.worker.restored import restore

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.worker.requests.graph import ReferenceRun, RunTrained


def run_trained(request: RunTrained, progress: Callable[[int, int], None]) -> ReferenceRun:
    """Restore the checkpoint and run the graph on every sample."""

    def begin(session: Any, graph: Any) -> None:
        restore(session, graph, request.checkpoint, request.keys, _ignore, slices=request.slices)

    return run_request(request, progress, begin)


def _ignore(_done: int, _total: int) -> None:
    """Take no notice: restoring is quick beside running."""
