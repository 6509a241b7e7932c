"""The protobuf wire format, as far as hopping over fields needs it.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from google.protobuf.message import DecodeError

from coldpress.errors import InputError
from coldpress.formats.mapped import offset_in_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5

Buffer = bytes | memoryview


class WireError(ValueError):
    """The bytes at ``offset`` are no protobuf; ``truncated`` where they claim more than there is.

    ``offset`` counts from the beginning of the file where ``data`` is a view of one.
    """

    def __init__(self, data: Buffer, position: int, *, truncated: bool = False) -> None:
        self.offset = position + (offset_in_file(data) if isinstance(data, memoryview) else 0)
        self.truncated = truncated
        super().__init__(f"bad wire format at byte {self.offset}")


class Field(NamedTuple):
    """One field of a message: ``data[start:end]`` with its tag, ``data[value:end]`` without (and without length)."""

    number: int
    wire: int
    start: int
    value: int
    end: int


def read_varint(data: Buffer, position: int, end: int) -> tuple[int, int]:
    """Return the number at ``position`` and where it ends; raise ``WireError`` beyond 10 bytes or ``end``."""
    result = shift = 0
    for at in range(position, min(position + 10, end)):
        byte = data[at]
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at + 1
        shift += 7
    raise WireError(data, position, truncated=end - position < 10)


def read_field(data: Buffer, start: int, end: int) -> Field:
    """Return the field whose tag stands at ``start``; raise ``WireError`` where it does not fit before ``end``."""
    tag, value = read_varint(data, start, end)
    number, wire = tag >> 3, tag & 7
    if wire == LENGTH:
        length, value = read_varint(data, value, end)
        stop = value + length
    elif wire == VARINT:
        _, stop = read_varint(data, value, end)
    elif wire in (FIXED64, FIXED32):
        stop = value + (8 if wire == FIXED64 else 4)
    else:
        raise WireError(data, start)
    if not 0 < number < 1 << 29:
        raise WireError(data, start)
    if stop > end:
        raise WireError(data, start, truncated=True)
    return Field(number, wire, start, value, stop)


def fields(data: Buffer, start: int = 0, end: int | None = None) -> Iterator[Field]:
    """Yield the top-level fields of a message in order; raise ``WireError`` at the first that is broken."""
    stop = len(data) if end is None else end
    while start < stop:
        field = read_field(data, start, stop)
        yield field
        start = field.end


@contextmanager
def decoding(path: str | PathLike[str], what: str) -> Iterator[None]:
    """Turn what protobuf and the scan say about broken bytes into an ``InputError`` that names the file.

    ``what`` is the name of the message or the part that was being read.
    """
    try:
        yield
    except WireError as error:
        code = "formats.truncated" if error.truncated else "formats.damaged"
        raise InputError(code, path=path, what=what, offset=error.offset) from error
    except DecodeError as error:
        raise InputError("formats.undecodable", path=path, what=what) from error
