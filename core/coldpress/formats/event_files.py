"""Event files of ``tf.summary.FileWriter``: TFRecords of Event messages, some of which hold a graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.formats.tfrecord import records
from coldpress.formats.wire import LENGTH, WireError, fields

if TYPE_CHECKING:
    from os import PathLike

    from coldpress.cancel import CancelToken
    from coldpress.formats.spans import Progress
    from coldpress.formats.tfrecord import Record

_GRAPH_DEF, _META_GRAPH_DEF = 4, 9

_OTHER = re.compile(rb"(?:\x09.{8})?(?:\x10[\x80-\xff]*[\x00-\x7f])?[\x1a\x2a\x32\x3a\x42\x52]", re.DOTALL)
"""An Event as TensorFlow writes it (time, step, then one thing) whose thing is no graph: almost every record."""

_EVERY = 4096
"""Records between two words on progress."""


@dataclass(frozen=True, slots=True)
class EventGraphs:
    """The newest graphs of an event file, serialized, as views of the file; ``truncated`` where its end is missing."""

    graph_def: memoryview | None
    meta_graph_def: memoryview | None
    truncated: bool


def find_graphs(
    data: memoryview,
    *,
    path: str | PathLike[str],
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> EventGraphs:
    """Return the newest graphs of an event file.

    A writer that was killed leaves half a record at the end; that is no reason to refuse a graph that stands whole
    before it. Raises ``InputError`` where there is none, saying whether the file is damaged or just holds no graph.
    """
    found: dict[int, memoryview] = {}
    truncated = False
    for number, record in enumerate(records(data)):
        if cancel is not None:
            cancel.check()
        if progress is not None and record is not None and number % _EVERY == 0:
            progress(record.offset, len(data))
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
    if _OTHER.match(bytes(record.data[:24])):
        return None
    try:
        for field in fields(record.data):
            if field.number in (_GRAPH_DEF, _META_GRAPH_DEF) and field.wire == LENGTH:
                return field.number, record.data[field.value : field.end]
    except WireError:
        pass  # a record that is no Event holds no graph; the others may
    return None
