"""Writes tables and V2 checkpoints by hand, so that tests can make what TensorFlow would not write."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cramjam
import numpy as np

from coldpress.formats.crc import crc32c, masked
from coldpress.formats.protos import BundleEntryProto, BundleHeaderProto
from coldpress.formats.spans import write_varint
from coldpress.formats.sstable import MAGIC
from coldpress.formats.tensors import dtype_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def block(entries: Sequence[tuple[bytes, bytes]], *, restart_every: int = 16) -> bytes:
    """Return the content of a block, keys without the prefix that they share with the one before."""
    out, restarts, before = bytearray(), [], b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % restart_every == 0:
            restarts.append(len(out))
        else:
            while shared < min(len(before), len(key)) and before[shared] == key[shared]:
                shared += 1
        out += write_varint(shared) + write_varint(len(key) - shared) + write_varint(len(value)) + key[shared:] + value
        before = key
    return bytes(out) + struct.pack(f"<{len(restarts)}I", *restarts) + struct.pack("<I", len(restarts))


def table(entries: Sequence[tuple[bytes, bytes]], *, per_block: int = 8, snappy: bool = False) -> bytes:
    """Return a whole table."""
    out, index = bytearray(), []
    for start in range(0, len(entries), per_block):
        some = entries[start : start + per_block]
        index.append((some[-1][0], put(out, block(some), snappy=snappy)))
    meta = put(out, block([]))
    handles = meta + put(out, block(index))
    return bytes(out) + handles + bytes(40 - len(handles)) + MAGIC


def put(out: bytearray, content: bytes, *, snappy: bool = False) -> bytes:
    """Append a block with its trailer and return its handle."""
    if snappy:
        content = bytes(cramjam.snappy.compress_raw(content))
    handle = write_varint(len(out)) + write_varint(len(content))
    content += bytes([snappy])
    out += content + struct.pack("<I", masked(crc32c(content)))
    return handle


@dataclass
class Bundle:
    """A V2 checkpoint being made."""

    shards: int = 1
    big_endian: bool = False
    snappy: bool = False
    data: list[bytearray] = field(default_factory=list)
    entries: dict[bytes, BundleEntryProto] = field(default_factory=dict)

    def add(self, name: str, array: np.ndarray, *, shard: int = 0) -> BundleEntryProto:
        """Add a variable and return its entry, to be spoilt."""
        while len(self.data) <= shard:
            self.data.append(bytearray())
        plain = np.ascontiguousarray(array)
        content = plain.byteswap().tobytes() if self.big_endian else plain.tobytes()
        entry = BundleEntryProto(
            dtype=dtype_number(array.dtype.name),
            shard_id=shard,
            offset=len(self.data[shard]),
            size=len(content),
            crc32c=masked(crc32c(content)),
        )
        for size in array.shape:
            entry.shape.dim.add(size=size)
        self.data[shard] += content
        self.entries[name.encode()] = entry
        return entry

    def write(self, prefix: Path, **header: Any) -> str:
        """Write index and shards; return the prefix."""
        head = BundleHeaderProto(**{"num_shards": self.shards, "endianness": int(self.big_endian), **header})
        head.version.producer = 1
        entries = [(b"", head.SerializeToString())]
        entries += sorted((key, entry.SerializeToString()) for key, entry in self.entries.items())
        prefix.with_name(prefix.name + ".index").write_bytes(table(entries, snappy=self.snappy))
        for number, content in enumerate(self.data):
            prefix.with_name(f"{prefix.name}.data-{number:05d}-of-{self.shards:05d}").write_bytes(content)
        return str(prefix)
