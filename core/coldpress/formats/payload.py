"""Big attribute values that stay in the mapped file until somebody needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.formats.mapped import check_whole
from coldpress.formats.protos import NodeDef
from coldpress.formats.wire import decoding

if TYPE_CHECKING:
    from coldpress.formats.protos import AttrValue


@dataclass(frozen=True, slots=True)
class Payload:
    """One entry of a NodeDef's ``attr`` map, as it lies in the file: tag, length, key and value.

    ``view`` is a view of the mapped file, read through ``entry``. Appended to the serialized rest of the node the entry
    gives the whole node again: the order of fields is free, and a later map entry replaces an earlier one.
    """

    key: str
    view: memoryview
    path: str = ""

    @property
    def entry(self) -> memoryview:
        """The entry's bytes; raises ``InputError`` where the file was cut short since it was opened."""
        check_whole(self.view, self.path)
        return self.view

    @property
    def nbytes(self) -> int:
        """Size of the entry in bytes."""
        return self.view.nbytes

    def load(self) -> AttrValue:
        """Read the value into memory; raise ``InputError`` where it is damaged."""
        with decoding(self.path, "TensorProto"):
            return NodeDef.FromString(self.entry).attr[self.key]
