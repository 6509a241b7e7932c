"""Writes a frozen GraphDef node by node; tensor bytes go from the mapped checkpoint to the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.freeze.plan import plan_freeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.formats.checkpoint_base import Checkpoint
    from coldpress.freeze.saved_as import SavedAs
    from coldpress.freeze.stream import Progress
    from coldpress.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class FrozenGraph:
    """A frozen graph that was written: number of nodes, of constants among them, of variables that became constants."""

    path: Path
    nodes: int
    constants: int
    variables: int
    bytes: int


def freeze(  # noqa: PLR0913 - what, from where, to where, and how to watch it
    graph: Graph,
    checkpoint: Checkpoint | None,
    outputs: Iterable[str],
    target: Path,
    *,
    saved: Mapping[str, SavedAs] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> FrozenGraph:
    """Write the frozen graph of ``outputs`` (operation or tensor names) to ``target``, whole or not at all.

    ``checkpoint`` may be None for a graph without variables; ``saved`` is ``Match.saved`` of the graph as it was read.
    Raises what ``plan_freeze`` raises, ``InputError`` for damaged data, ``OutputError``, ``Cancelled``.
    """
    plan = plan_freeze(graph, checkpoint, outputs, saved=saved)
    size = plan.stream.write(target, progress=progress, cancel=cancel)
    return FrozenGraph(target, len(plan.stream.pieces), plan.stream.constants, len(plan.variables), size)
