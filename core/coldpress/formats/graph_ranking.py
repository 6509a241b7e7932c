"""Which of several graphs to offer first: what was asked for, an eval graph of the same model, the checkpoint's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import ColdpressError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.file_kind import FileKind
from coldpress.formats.graph_files import read_graph
from coldpress.formats.model_folder import step_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from coldpress.formats.model_folder import FileEntry
    from coldpress.formats.protos import NodeDef
    from coldpress.formats.spans import GraphParts

_VARIABLES = {"Variable", "VariableV2", "AutoReloadVariable", "VarHandleOp"}
_OPTIMIZER = re.compile(r"(?:Resource)?(?:Sparse)?Apply[A-Z]")
_PART = re.compile(r"/part_\d+$")
_LARGEST = {FileKind.GRAPH_DEF: 64 << 20, FileKind.META_GRAPH: 64 << 20, FileKind.GRAPH_DEF_TEXT: 1 << 20}
"""Bytes up to which a graph is read just to rank it."""
_MOST = 16

_BINARY_FIRST = {FileKind.META_GRAPH: 0, FileKind.SAVED_MODEL: 1, FileKind.GRAPH_DEF: 2, FileKind.EVENT_FILE: 3}


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What ranking needs to know of a graph.

    ``training`` where an optimizer or a batch norm in training is in it; ``renames`` where its Saver restores other
    keys than its variables' names, as an eval graph does that takes moving averages for weights.
    """

    variables: frozenset[str]
    training: bool
    renames: bool = False

    @property
    def is_frozen(self) -> bool:
        """Whether the graph holds its own weights."""
        return not self.variables and not self.training


def summarize(path: Path) -> GraphSummary | None:
    """Read a graph and say what it holds; None where it cannot be read."""
    try:
        parts = read_graph(path).parts
        keys = _restored(parts)
    except ColdpressError:
        return None
    variables = frozenset(_PART.sub("", node.name) for node in parts.nodes if node.op in _VARIABLES)
    return GraphSummary(variables, any(_trains(node) for node in parts.nodes), not keys <= variables)


def _restored(parts: GraphParts) -> frozenset[str]:
    """Return the keys that the graph's Savers read (``save/RestoreV2/tensor_names``)."""
    names = {node.input[1].partition(":")[0] for node in parts.nodes if node.op == "RestoreV2" and len(node.input) > 1}
    keys: set[bytes] = set()
    for node in parts.nodes:
        if node.name in names and node.op == "Const":
            payload = parts.payloads.get(node.name)
            value = payload.load() if payload is not None else node.attr["value"]
            keys.update(value.tensor.string_val)
    return frozenset(key.decode(errors="replace") for key in keys)


def _trains(node: NodeDef) -> bool:
    if node.op.startswith("FusedBatchNorm") and not node.op.endswith("Grad"):
        return node.attr["is_training"].b if "is_training" in node.attr else True
    return _OPTIMIZER.match(node.op) is not None


def rank_graphs(
    files: Iterable[FileEntry],
    summaries: Mapping[Path, GraphSummary],
    *,
    folder: Path,
    given: Path | None,
    checkpoint: str | None,
) -> list[FileEntry]:
    """Return the files that hold a graph, the one to take first first; those outside ``folder`` come last."""
    graphs = [entry for entry in files if entry.has_structure]
    keys = keys_of(checkpoint)
    step = step_of(checkpoint) if checkpoint else None

    def order(entry: FileEntry) -> tuple[bool, int, int, bool, int, str]:
        summary = summaries.get(entry.path)
        place = _place(entry, summary, given=given, checkpoint=checkpoint, keys=keys)
        own = step_of(entry.prefix) if entry.prefix else None
        distance = abs(own - step) if own is not None and step is not None else 1 << 62
        outside = not entry.path.is_relative_to(folder)
        renames = summary is not None and summary.renames
        return (outside, place, distance, renames, _BINARY_FIRST.get(entry.kind, 9), str(entry.path))

    return sorted(graphs, key=order)


def _place(
    entry: FileEntry,
    summary: GraphSummary | None,
    *,
    given: Path | None,
    checkpoint: str | None,
    keys: frozenset[str],
) -> int:
    if entry.path == given:
        return 0
    if summary is not None and not summary.training and summary.variables and summary.variables <= keys:
        return 1
    if checkpoint is not None and entry.prefix == checkpoint:
        return 2
    if summary is not None and summary.is_frozen:
        return 3 if checkpoint is None else 7
    if entry.kind is FileKind.META_GRAPH:
        return 4
    return 6 if entry.kind is FileKind.EVENT_FILE else 5


def is_small(entry: FileEntry) -> bool:
    """Tell whether a graph can be read in passing."""
    size = entry.facts.get("bytes", 0)
    return isinstance(size, int) and size <= _LARGEST.get(entry.kind, 0)


def summaries_of(files: Iterable[FileEntry]) -> dict[Path, GraphSummary]:
    """Read the graphs that are no checkpoint's own; text only where there is nothing else, for it is slow to read."""
    loose = [entry for entry in files if entry.has_structure and entry.prefix is None and is_small(entry)]
    binary = [entry for entry in loose if entry.kind is not FileKind.GRAPH_DEF_TEXT]
    found = {entry.path: summarize(entry.path) for entry in (binary or loose)[:_MOST]}
    return {path: summary for path, summary in found.items() if summary is not None}


def keys_of(checkpoint: str | None) -> frozenset[str]:
    """Return the variables of a checkpoint; none where it cannot be opened."""
    if checkpoint is None:
        return frozenset()
    try:
        return frozenset(open_checkpoint(checkpoint).variables)
    except ColdpressError:
        return frozenset()  # whoever opens it for its values says what is wrong with it
