"""Graphs in protobuf's text format: ``.pbtxt``. It costs 0.15 ms a node, so it says how far it is and can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from google.protobuf import text_format
from google.protobuf.message import Message

from coldpress.errors import InputError
from coldpress.formats.mapped import map_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.formats.spans import Progress

_M = TypeVar("_M", bound=Message)


def parse_text(path: Path, message: _M, *, progress: Progress | None = None, cancel: CancelToken | None = None) -> _M:
    """Fill ``message`` from a text file and return it; raise ``InputError`` naming the line that is wrong."""
    data = map_file(path)
    try:
        return text_format.ParseLines(_lines(data, progress, cancel), message)
    except text_format.ParseError as error:
        raise InputError("formats.text_syntax", path=path, line=error.GetLine() or 0, reason=str(error)) from error
    except UnicodeDecodeError as error:
        raise InputError("formats.text_not_utf8", path=path) from error
    except RecursionError as error:
        raise InputError("formats.text_too_deep", path=path) from error


def _lines(data: memoryview, progress: Progress | None, cancel: CancelToken | None) -> Iterator[str]:
    """Yield the lines of a file; the parser pulls them, so progress follows it."""
    start = 3 if data[:3] == b"\xef\xbb\xbf" else 0
    content = data.obj if start == 0 and hasattr(data.obj, "find") else bytes(data[start:])
    start, number, end = 0, 0, len(content)
    while start < end:
        stop = content.find(b"\n", start)
        stop = end if stop < 0 else stop + 1
        yield str(content[start:stop], "utf-8")
        start, number = stop, number + 1
        if number % 1024 == 0:
            if cancel is not None:
                cancel.check()
            if progress is not None:
                progress(start, end)
    if progress is not None:
        progress(end, end)
