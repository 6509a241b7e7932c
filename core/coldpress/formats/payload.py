"""Big attribute values that stay in the mapped file until somebody needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.formats.protos import NodeDef
from coldpress.formats.wire import decoding

if TYPE_CHECKING:
    from coldpress.formats.protos import AttrValue


@dataclass(frozen=True, slots=True)
class Payload:
    """One entry of a NodeDef's ``attr`` map, as it lies in the file: tag, length, key and value.

    ``entry`` is a view of the mapped file. Appended to the serialized rest of the node it gives the whole node again,
    because the order of a message's fields is free and a later map entry replaces an earlier one (protobuf encoding).
    """

    key: str
    entry: memoryview
    path: str = ""

    @property
    def nbytes(self) -> int:
        """Size of the entry in bytes."""
        return self.entry.nbytes

    def load(self) -> AttrValue:
        """Read the value into memory; raise ``InputError`` where it is damaged."""
        with decoding(self.path, "TensorProto"):
            return NodeDef.FromString(self.entry).attr[self.key]
