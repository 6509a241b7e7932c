"""Checkpoints of either format behind one interface: keys, shapes, dtypes; values on demand, CRC-checked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from coldpress.formats.crc import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coldpress.formats.slices import Extent


@dataclass(frozen=True, slots=True)
class Variable:
    """A tensor in a checkpoint. ``dtype`` is numpy's name (``float32``, ``bfloat16``, ``string``).

    ``nbytes`` is the size of its values in bytes (of strings: as stored); ``parts`` is the number of slices of a
    partitioned variable, 1 for a plain one.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    nbytes: int
    parts: int = 1


class Checkpoint(ABC):
    """An open checkpoint. Nothing is read before it is asked for."""

    format: Literal["v1", "v2"]
    prefix: str
    variables: Mapping[str, Variable]

    @abstractmethod
    def read(self, name: str) -> np.ndarray:
        """Return a variable's value, shape and dtype as stored (strings: object array of bytes).

        Raises ``InputError`` where the data is missing, cut short, or fails its checksum; ``KeyError`` for no such key.
        """

    @abstractmethod
    def chunks(self, name: str) -> Iterator[memoryview]:
        """Yield a variable's value as raw little-endian row-major bytes, piece by piece, without holding it whole.

        Raises as ``read`` does; a failed checksum is known only after the last piece.
        """

    def part_chunks(self, name: str, part: Sequence[Extent]) -> Iterator[memoryview]:
        """Yield a part of a variable as ``chunks`` yields the whole; ``part``: start and length of each dimension."""
        values = self.read(name)[tuple(slice(e.start, e.start + e.length) for e in part)]
        yield from pieces(np.ascontiguousarray(values).reshape(-1).view(np.uint8).data)

    def __contains__(self, name: object) -> bool:
        return name in self.variables
