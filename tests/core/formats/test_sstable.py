"""Tables, sound and hostile."""

from __future__ import annotations

import struct

import pytest
from tests.core.formats.bundles import block, put, table

from coldpress.errors import InputError
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.spans import write_varint
from coldpress.formats.sstable import MAGIC, SSTable

ENTRIES = [(f"scope/layer_{n:04d}/weights".encode(), bytes([n % 256]) * (n % 7)) for n in range(300)]


def open_table(content: bytes) -> SSTable:
    return SSTable(memoryview(content), "some.index")


@pytest.mark.parametrize("snappy", [False, True])
@pytest.mark.parametrize("per_block", [1, 8, 300])
def test_every_key_is_found(snappy: bool, per_block: int) -> None:  # noqa: FBT001
    found = open_table(table(ENTRIES, snappy=snappy, per_block=per_block))
    assert [(key, bytes(value)) for key, value in found] == ENTRIES
    for key, value in ENTRIES:
        stored = found.get(key)
        assert stored is not None
        assert bytes(stored) == value
    for absent in (b"", b"a", b"scope/layer_0100/weight", b"scope/layer_0100/weightss", b"zzz"):
        assert found.get(absent) is None


def test_an_empty_table_has_no_keys() -> None:
    found = open_table(table([]))
    assert list(found) == []
    assert found.get(b"x") is None


def one_block(content: bytes, kind: int = 0) -> bytes:
    """Return a table whose one data block holds ``content``, with a right checksum."""
    out = bytearray()
    handle = put(out, content)
    if kind:
        out[len(content)] = kind
        out[len(content) + 1 :] = struct.pack("<I", masked(crc32c(bytes(out[: len(content) + 1]))))
    meta = put(out, block([]))
    handles = meta + put(out, block([(b"z", handle)]))
    return bytes(out) + handles + bytes(40 - len(handles)) + MAGIC


def footer(*numbers: int) -> bytes:
    handles = b"".join(write_varint(number) for number in numbers)
    return handles + bytes(40 - len(handles)) + MAGIC


LONG_KEYS = b"\0" + write_varint(1 << 19) + b"\0" + b"k" * (1 << 19) + (write_varint(1 << 19) + b"\0\0") * 100_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_table"),
        (MAGIC, "not_a_table"),
        (b"x" * 100, "not_a_table"),
        (table(ENTRIES)[:-1], "not_a_table"),
        (footer(0, 0, 0, 0), "table_block_outside"),
        (bytes(20) + footer(0, 0, 1 << 60, 8), "table_block_outside"),
        (bytes(20) + footer(0, 0, 0, 1 << 63), "table_block_outside"),
        (bytes(20) + b"\xff" * 40 + MAGIC, "table_damaged"),
        (bytes(20) + footer(0, 0, 0, 4), "table_checksum"),
        (one_block(b""), "table_damaged"),
        (one_block(b"\0\0\0\0\xff\xff\xff\xff"), "table_damaged"),
        (one_block(b"\5\1\1ab" + struct.pack("<2I", 0, 1)), "table_damaged"),
        (one_block(b"\0\xff\x01\1ab" + struct.pack("<2I", 0, 1)), "table_damaged"),
        (one_block(b"\0\1" + b"\xff" * 11 + struct.pack("<2I", 0, 1)), "table_damaged"),
        (one_block(block(ENTRIES[:3]), kind=7), "table_compression"),
        (one_block(b"\xff\xff\xff\xff\x0f", kind=1), "table_damaged"),
        (one_block(b"\x05garbage", kind=1), "table_damaged"),
        (one_block(LONG_KEYS + struct.pack("<2I", 0, 1)), "table_damaged"),
    ],
)
def test_a_table_that_lies_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InputError, match=f"formats.{code}"):
        list(open_table(content))


def test_a_search_trusts_no_restart_point() -> None:
    content = one_block(block(ENTRIES[:3])[:-8] + struct.pack("<2I", 1 << 30, 1))
    with pytest.raises(InputError, match="table_damaged"):
        open_table(content).get(b"scope")
