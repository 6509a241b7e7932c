"""Graphs in protobuf's text format (``.pbtxt``): 0.15 ms a node, so it says how far it is and can be stopped."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, TypeVar

from google.protobuf import text_format
from google.protobuf.message import DecodeError, Message

from coldpress.errors import InputError
from coldpress.formats.mapped import reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.formats.spans import Progress

_M = TypeVar("_M", bound=Message)
_EVERY = 1024
"""Lines between two looks at the cancel token."""


def parse_text(path: Path, message: _M, *, progress: Progress | None = None, cancel: CancelToken | None = None) -> _M:
    """Fill ``message`` from a text file and return it; raise ``InputError`` naming the line that is wrong."""
    try:
        with reading(path):
            # MergeLines over ParseLines: its lines may come one by one, and a field given twice is no mistake.
            text_format.MergeLines(_lines(path, progress, cancel), message)
        # What is nested deeper than the binary form allows could be read here, and nowhere else.
        type(message).FromString(message.SerializeToString())
    except text_format.ParseError as error:
        raise InputError("formats.text_syntax", path=path, line=error.GetLine() or 0, reason=str(error)) from error
    except UnicodeDecodeError as error:
        raise InputError("formats.text_not_utf8", path=path) from error
    except (RecursionError, DecodeError) as error:
        raise InputError("formats.text_too_deep", path=path) from error
    return message


def _lines(path: Path, progress: Progress | None, cancel: CancelToken | None) -> Iterator[str]:
    """Yield the lines of a file; the parser pulls them, so progress follows it."""
    done, total = 0, path.stat().st_size
    with path.open("rb") as file:
        for number, line in enumerate(file):
            yield (line if number else line.removeprefix(BOM_UTF8)).decode()
            done += len(line)
            if number % _EVERY == 0:
                if cancel is not None:
                    cancel.check()
                if progress is not None:
                    progress(done, total)
    if progress is not None:
        progress(total, total)
