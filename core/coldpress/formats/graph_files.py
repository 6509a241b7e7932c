"""Reads the graph out of any file that holds one: GraphDef, MetaGraphDef, SavedModel, event file; binary or text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.finding import Finding, Severity
from coldpress.formats.event_files import find_graphs
from coldpress.formats.file_kind import BINARY_OF_TEXT, GRAPH_KINDS, FileKind
from coldpress.formats.mapped import map_file
from coldpress.formats.meta_graph import MetaGraphInfo
from coldpress.formats.protos import GraphDef, MetaGraphDef, SavedModel
from coldpress.formats.sniff import saved_model_file, sniff
from coldpress.formats.spans import GraphParts, parts_of, split_graph
from coldpress.formats.text_graphs import parse_text
from coldpress.formats.wire import LENGTH, decoding, fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from coldpress.cancel import CancelToken
    from coldpress.formats.event_files import EventGraphs
    from coldpress.formats.spans import Progress

_MESSAGES = {
    FileKind.GRAPH_DEF: "GraphDef",
    FileKind.META_GRAPH: "MetaGraphDef",
    FileKind.SAVED_MODEL: "SavedModel",
    FileKind.EVENT_FILE: "Event",
}
_META_GRAPH_DEF_GRAPH = 2
_SAVED_MODEL_META_GRAPHS = 2


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A graph as a file holds it. ``meta`` is None for a bare GraphDef.

    ``tag_sets`` are the tags of every MetaGraph of a SavedModel, in order; ``notes`` say what was not as it should be
    although the graph is whole.
    """

    path: Path
    kind: FileKind
    parts: GraphParts
    meta: MetaGraphInfo | None = None
    tag_sets: tuple[tuple[str, ...], ...] = ()
    notes: tuple[Finding, ...] = ()


def read_graph(
    path: str | PathLike[str],
    *,
    tags: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> GraphFile:
    """Read the graph in the file (or SavedModel folder) at ``path``; its content decides how.

    ``tags`` choose the MetaGraph of a SavedModel; without them it is the one tagged ``serve``, or else the first that
    is not tagged ``train``. ``progress`` is called with bytes done and in all. Raises ``InputError``.
    """
    place = Path(path)
    kind = sniff(place)
    if kind not in GRAPH_KINDS:
        raise InputError(f"formats.is_{kind}", path=place)
    if kind is FileKind.SAVED_MODEL_DIR:
        place = saved_model_file(place) or place
        kind = sniff(place)
        if kind not in GRAPH_KINDS:
            raise InputError(f"formats.is_{kind}", path=place)
    reader = _Reader(place, kind, tuple(tags) if tags is not None else None, progress, cancel)
    result = reader.read()
    if not result.parts.nodes:
        raise InputError("formats.no_nodes", path=place)
    return result


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reading of one file."""

    path: Path
    kind: FileKind
    tags: tuple[str, ...] | None
    progress: Progress | None
    cancel: CancelToken | None

    def read(self) -> GraphFile:
        if self.kind in BINARY_OF_TEXT:
            return self._text()
        data = map_file(self.path)
        with decoding(self.path, _MESSAGES[self.kind]):
            if self.kind is FileKind.EVENT_FILE:
                found = find_graphs(data, path=self.path, progress=self.progress, cancel=self.cancel)
                return replace(self, progress=None).from_events(found)  # the search was the long part
            if self.kind is FileKind.SAVED_MODEL:
                return self._saved_model(data)
            return self._meta_graph(data) if self.kind is FileKind.META_GRAPH else self._graph([data])

    def _graph(self, pieces: Sequence[memoryview]) -> GraphFile:
        parts = split_graph(pieces, path=str(self.path), progress=self.progress, cancel=self.cancel)
        return GraphFile(self.path, self.kind, parts)

    def _meta_graph(self, data: memoryview) -> GraphFile:
        info, graph = _split_meta_graph(data)
        return replace(self._graph(graph), meta=info)

    def _saved_model(self, data: memoryview) -> GraphFile:
        metas = [
            _split_meta_graph(data[field.value : field.end])
            for field in fields(data)
            if field.number == _SAVED_MODEL_META_GRAPHS and field.wire == LENGTH
        ]
        tag_sets = tuple(info.tags for info, _ in metas)
        info, graph = metas[self._chosen(tag_sets)]
        return replace(self._graph(graph), meta=info, tag_sets=tag_sets)

    def from_events(self, found: EventGraphs) -> GraphFile:
        facts = {"path": str(self.path)}
        notes = (Finding("formats.event_file_cut", Severity.NOTE, facts=facts),) if found.truncated else ()
        if found.meta_graph_def is not None:
            result = self._meta_graph(found.meta_graph_def)
            if result.parts.nodes or found.graph_def is None:
                return replace(result, notes=notes)
        return replace(self._graph([found.graph_def or memoryview(b"")]), notes=notes)

    def _text(self) -> GraphFile:
        if self.kind is FileKind.GRAPH_DEF_TEXT:
            graph = parse_text(self.path, GraphDef(), progress=self.progress, cancel=self.cancel)
            return GraphFile(self.path, self.kind, parts_of(graph))
        if self.kind is FileKind.META_GRAPH_TEXT:
            meta = parse_text(self.path, MetaGraphDef(), progress=self.progress, cancel=self.cancel)
            return self._from_message(meta)
        model = parse_text(self.path, SavedModel(), progress=self.progress, cancel=self.cancel)
        tag_sets = tuple(tuple(meta.meta_info_def.tags) for meta in model.meta_graphs)
        return replace(self._from_message(model.meta_graphs[self._chosen(tag_sets)]), tag_sets=tag_sets)

    def _from_message(self, meta: MetaGraphDef) -> GraphFile:
        parts = parts_of(meta.graph_def)
        rest = MetaGraphDef()
        for field, _ in meta.ListFields():
            if field.name != "graph_def":
                getattr(rest, field.name).MergeFrom(getattr(meta, field.name))
        return GraphFile(self.path, self.kind, parts, MetaGraphInfo(rest))

    def _chosen(self, tag_sets: Sequence[tuple[str, ...]]) -> int:
        """Return which MetaGraph of a SavedModel is wanted."""
        if not tag_sets:
            raise InputError("formats.no_meta_graph", path=self.path)
        if self.tags is not None:
            for index, tags in enumerate(tag_sets):
                if set(tags) == set(self.tags):
                    return index
            available = "; ".join(",".join(tags) or "-" for tags in tag_sets)
            raise InputError("formats.tags", path=self.path, tags=",".join(self.tags), available=available)
        return min(range(len(tag_sets)), key=lambda i: ("serve" not in tag_sets[i], "train" in tag_sets[i], i))


def _split_meta_graph(data: memoryview) -> tuple[MetaGraphInfo, list[memoryview]]:
    """Return a MetaGraphDef without its graph, and the graph's bytes (in several pieces where it was concatenated)."""
    graph: list[memoryview] = []
    rest: list[memoryview] = []
    for field in fields(data):
        if field.number == _META_GRAPH_DEF_GRAPH and field.wire == LENGTH:
            graph.append(data[field.value : field.end])
        else:
            rest.append(data[field.start : field.end])
    return MetaGraphInfo(MetaGraphDef.FromString(b"".join(rest))), graph
