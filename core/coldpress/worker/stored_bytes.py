"""How many bytes of a ``.tflite`` file each constant takes, read from the file's own table of buffers."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def stored_bytes(model: str | Path) -> Mapping[int, int]:
    """Return the bytes of every constant of the main subgraph, by the index of its tensor.

    Tensors may share a buffer (equal constants are stored once): the first of them has its bytes. The file is mapped,
    and only its tables are read.
    """
    with Path(model).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return _read(memoryview(content))


def _read(content: memoryview) -> dict[int, int]:
    # 15,000 lines of generated code: only in the worker, where the first model waits for it once.
    from ai_edge_litert.schema_py_generated import Model  # noqa: PLC0415

    found: dict[int, int] = {}
    with content:
        model = Model.GetRootAs(content)
        graph = model.Subgraphs(0)
        counted: set[int] = set()
        for index in range(graph.TensorsLength()):
            number = graph.Tensors(index).Buffer()
            nbytes = 0 if number in counted else _length(model.Buffers(number))
            counted.add(number)
            if nbytes:
                found[index] = nbytes
    return found


def _length(buffer: Any) -> int:
    """Return a buffer's length; beyond 2 GB its content lies behind the tables, at ``Offset`` (LiteRT schema 3c)."""
    return int(buffer.DataLength() or buffer.Size())
