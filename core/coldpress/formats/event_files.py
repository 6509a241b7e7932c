"""Event files of ``tf.summary.FileWriter``: TFRecords of Event messages, some of which hold a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.formats.tfrecord import records
from coldpress.formats.wire import LENGTH, WireError, fields

if TYPE_CHECKING:
    from os import PathLike

    from coldpress.cancel import CancelToken
    from coldpress.formats.tfrecord import Record

_GRAPH_DEF, _META_GRAPH_DEF = 4, 9


@dataclass(frozen=True, slots=True)
class EventGraphs:
    """The newest graphs of an event file, serialized, as views of the file; ``truncated`` where its end is missing."""

    graph_def: memoryview | None
    meta_graph_def: memoryview | None
    truncated: bool


def find_graphs(data: memoryview, *, path: str | PathLike[str], cancel: CancelToken | None = None) -> EventGraphs:
    """Return the newest graphs of an event file.

    A writer that was killed leaves half a record at the end; that is no reason to refuse a graph that stands whole
    before it. Raises ``InputError`` where there is none, saying whether the file is damaged or just holds no graph.
    """
    found: dict[int, memoryview] = {}
    truncated = False
    for record in records(data):
        if cancel is not None:
            cancel.check()
        graph = None if record is None else _graph_in(record)
        if record is None or (graph is not None and not record.is_sound):
            truncated = True
            break
        if graph is not None:
            found[graph[0]] = graph[1]
    if not found:
        raise InputError("formats.event_file_damaged" if truncated else "formats.event_file_without_graph", path=path)
    return EventGraphs(found.get(_GRAPH_DEF), found.get(_META_GRAPH_DEF), truncated)


def _graph_in(record: Record) -> tuple[int, memoryview] | None:
    """Return the field number and the bytes of the graph in a record, None where it holds something else."""
    try:
        for field in fields(record.data):
            if field.number in (_GRAPH_DEF, _META_GRAPH_DEF) and field.wire == LENGTH:
                return field.number, record.data[field.value : field.end]
    except WireError:
        pass  # a record that is no Event holds no graph; the others may
    return None
