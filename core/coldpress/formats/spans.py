"""The span scan: splits a serialized GraphDef into its nodes without copying big tensors out of the mapped file.

Only the top level is hopped over, field by field. Runs of small nodes are handed to protobuf in one piece, which is
what keeps the speed of a plain parse; of a big node only the fields around its ``value`` attribute are parsed, the
attribute itself stays in the file as a ``Payload``. Graphs of more than 2 GiB, which no protobuf can parse, open too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from coldpress.errors import InputError
from coldpress.formats.payload import Payload
from coldpress.formats.protos import GraphDef, NodeDef, VersionDef
from coldpress.formats.wire import LENGTH, WireError, fields, read_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coldpress.cancel import CancelToken
    from coldpress.formats.protos import FunctionDef

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

BIG = 4096
"""Bytes from which on an attribute is worth leaving in the file."""

_RUN = 1 << 20
"""Bytes of small nodes parsed in one go: enough for full speed, little enough to cancel in time."""

_NODE_TAG = 1 << 3 | LENGTH
_ATTR, _KEY, _VALUE, _TENSOR = 5, 1, 2, 8
_TENSOR_DTYPE, _TENSOR_SHAPE, _TENSOR_VERSION = 1, 2, 3


@dataclass(frozen=True, slots=True)
class GraphParts:
    """What a GraphDef holds, ready for ``coldpress.graph.loading.graph_from``.

    ``payloads`` holds, by node name, the attributes left in the file; the node itself has dtype and shape of the value.
    """

    nodes: Sequence[NodeDef]
    functions: Sequence[FunctionDef] = ()
    versions: VersionDef = field(default_factory=VersionDef)
    payloads: Mapping[str, Payload] = field(default_factory=dict)


def parts_of(graph_def: GraphDef) -> GraphParts:
    """Return the parts of a GraphDef that is in memory."""
    return GraphParts(tuple(graph_def.node), tuple(graph_def.library.function), graph_def.versions)


def split_graph(
    pieces: Sequence[memoryview],
    *,
    path: str = "",
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> GraphParts:
    """Return the parts of a serialized GraphDef; several pieces count as one message, as protobuf says.

    Raises ``WireError`` or ``DecodeError`` where it is none, ``InputError`` for a name that is not UTF-8.
    """
    scan = _Scan(path, sum(len(piece) for piece in pieces), progress, cancel)
    for piece in pieces:
        scan.run(piece)
    rest = GraphDef.FromString(b"".join(scan.rest))
    return GraphParts(scan.nodes, tuple(rest.library.function), rest.versions, scan.payloads)


class _Scan:
    """The state of one scan."""

    def __init__(self, path: str, total: int, progress: Progress | None, cancel: CancelToken | None) -> None:
        self.nodes: list[NodeDef] = []
        self.payloads: dict[str, Payload] = {}
        self.rest: list[memoryview] = []
        self._path = path
        self._total = total
        self._done = 0
        self._progress = progress
        self._cancel = cancel

    def run(self, data: memoryview) -> None:
        start = 0
        while start < len(data):
            stop = _end_of_run(data, start, min(start + _RUN, len(data)))
            if stop > start:
                self._small(data[start:stop])
            else:
                stop = self._other(data, start)
            self._advance(stop - start)
            start = stop

    def _small(self, run: memoryview) -> None:
        """Parse a run of small nodes at once."""
        try:
            self.nodes.extend(GraphDef.FromString(run).node)
        except DecodeError:
            self._explain(run)
            raise

    def _other(self, data: memoryview, start: int) -> int:
        """Take in the one field at ``start`` that belongs to no run."""
        found = read_field(data, start, len(data))
        if found.number == 1 and found.wire == LENGTH:
            self._big(data[found.value : found.end])
        else:
            self.rest.append(data[found.start : found.end])
        return found.end

    def _big(self, data: memoryview) -> None:
        entry = _big_value(data)
        if entry is None:
            self.nodes.append(self._parse(data))
            return
        start, end, stub = entry
        node = self._parse(b"".join((data[:start], stub, data[end:])))
        self.nodes.append(node)
        self.payloads[node.name] = Payload("value", data[start:end], self._path)

    def _parse(self, data: memoryview | bytes) -> NodeDef:
        try:
            return NodeDef.FromString(data)
        except DecodeError:
            _check_names(data, self._path, len(self.nodes))
            raise

    def _explain(self, run: memoryview) -> None:
        """Find the node that protobuf choked on, and say so where its name is the reason."""
        for index, found in enumerate(fields(run)):
            node = run[found.value : found.end]
            try:
                NodeDef.FromString(node)
            except DecodeError:
                _check_names(node, self._path, len(self.nodes) + index)
                raise

    def _advance(self, count: int) -> None:
        self._done += count
        if self._cancel is not None:
            self._cancel.check()
        if self._progress is not None:
            self._progress(self._done, self._total)


def _end_of_run(data: memoryview, position: int, limit: int) -> int:
    """Return where the run of small nodes at ``position`` ends: at the first field that is none, or past ``limit``.

    This loop sees every node of the graph, so it reads tags and lengths in place and leaves the checks to its end.
    """
    before = position
    try:
        while position < limit and data[position] == _NODE_TAG:
            low = data[position + 1]
            if low < 0x80:
                before, position = position, position + 2 + low
                continue
            high = data[position + 2]
            if high >= BIG >> 7:
                return position  # a big node, or three bytes of length and more
            before, position = position, position + 3 + (low & 0x7F | high << 7)
    except IndexError:
        return position
    return position if position <= len(data) else before


def _big_value(node: memoryview) -> tuple[int, int, bytes] | None:
    """Return where the big ``value`` attribute of a node lies, and a small stand-in for it; None if there is none."""
    attrs = (f for f in fields(node) if f.number == _ATTR and f.wire == LENGTH)
    found = [f for f in attrs if _key(node[f.value : f.end]) == b"value"]
    if len(found) != 1 or found[0].end - found[0].start < BIG:
        return None
    entry = found[0]
    header = _tensor_header(node[entry.value : entry.end])
    if header is None:
        return None
    tensor = _length_field(_TENSOR, header)
    return entry.start, entry.end, _length_field(_ATTR, b"\x0a\x05value" + _length_field(_VALUE, tensor))


def _key(entry: memoryview) -> bytes:
    """Return the key of an ``attr`` map entry."""
    first = next((f for f in fields(entry) if f.number == _KEY and f.wire == LENGTH), None)
    return b"" if first is None else bytes(entry[first.value : first.end][:64])


def _tensor_header(entry: memoryview) -> bytes | None:
    """Return dtype and shape of the TensorProto in an ``attr`` entry, serialized; None where the entry holds none."""
    tensor = _only(_only(entry, _VALUE), _TENSOR)
    if tensor is None:
        return None
    header = bytearray()
    for found in fields(tensor):
        if found.number in (_TENSOR_DTYPE, _TENSOR_SHAPE, _TENSOR_VERSION):
            header += tensor[found.start : found.end]
        elif found.number > _TENSOR_VERSION and len(header):
            # Serializers write fields in order, so dtype and shape are in; a list of a million strings is not walked.
            break
    return bytes(header)


def _only(message: memoryview | None, number: int) -> memoryview | None:
    """Return the one submessage ``number`` of a message, None where there is none or more than one."""
    if message is None:
        return None
    found = [f for f in fields(message) if f.number == number and f.wire == LENGTH]
    return message[found[0].value : found[0].end] if len(found) == 1 else None


def _length_field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | LENGTH]) + write_varint(len(content)) + content


def write_varint(value: int) -> bytes:
    """Return ``value`` as a varint."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _check_names(node: memoryview | bytes, path: str, index: int) -> None:
    """Raise ``InputError`` where a name in a node is not UTF-8; ``index`` counts from 0 and is said from 1."""
    for text in _strings(node):
        try:
            text.decode()
        except UnicodeDecodeError as error:
            shown = text.decode(errors="backslashreplace")
            raise InputError("formats.name_not_utf8", path=path, name=shown, index=index + 1) from error


def _strings(node: memoryview | bytes) -> Iterator[bytes]:
    """Yield name, op, inputs and device of a serialized node, as far as it can be read."""
    try:
        for found in fields(node):
            if found.number < _ATTR and found.wire == LENGTH:
                yield bytes(node[found.value : found.end])
    except WireError:
        return
