"""Nodes of a GraphDef as bytes on their way to a file.

A field of the GraphDef is its tag, its length and the NodeDef. The length must be known first, so every piece knows
its size before it reads anything. Attributes are in the order of their keys, as in TensorFlow's own files
(``SerializeToString(deterministic=True)``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.formats.mapped import forget
from coldpress.formats.spans import write_varint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.formats.payload import Payload
    from coldpress.formats.protos import NodeDef

NODE_TAG = b"\x0a"
"""``node`` of graph.proto: field 1, length-delimited."""

_CHUNK = 1 << 20


class Piece(ABC):
    """One node on its way to the file."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The node's name."""

    @property
    @abstractmethod
    def is_constant(self) -> bool:
        """Whether the node is a constant."""

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """Size of the whole field in the file, before anything is read."""

    @abstractmethod
    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield the field's bytes, ``nbytes`` in all."""


@dataclass(frozen=True, slots=True)
class _Held(Piece):
    """A node that is in memory, all of it or all but its value."""

    node: NodeDef

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node.name

    @property
    def is_constant(self) -> bool:
        """Whether the node is a constant."""
        return self.node.op == "Const"


@dataclass(frozen=True, slots=True)
class PlainNode(_Held):
    """A node that is in memory."""

    @property
    def nbytes(self) -> int:
        """Size of the whole field."""
        return field_size(self.node.ByteSize())

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield the field at once."""
        content = self.node.SerializeToString(deterministic=True)
        yield NODE_TAG + write_varint(len(content)) + content


@dataclass(frozen=True, slots=True)
class MappedNode(_Held):
    """A node whose big value stayed in the file that it was read from; ``node`` is the rest of it."""

    payload: Payload

    @property
    def nbytes(self) -> int:
        """Size of the whole field."""
        return field_size(self.node.ByteSize() + self.payload.nbytes)

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield the rest of the node, then the value as it lies in the source."""
        rest = self.node.SerializeToString(deterministic=True)
        yield NODE_TAG + write_varint(len(rest) + self.payload.nbytes) + rest
        entry = self.payload.entry
        for start in range(0, entry.nbytes, _CHUNK):
            chunk = entry[start : start + _CHUNK]
            yield chunk
            forget(chunk)


def field_size(content: int) -> int:
    """Return the size in the file of a node of ``content`` bytes."""
    return len(NODE_TAG) + len(write_varint(content)) + content
