"""Search in the names, operations, dtypes and shapes of a graph while somebody types."""

from __future__ import annotations

import fnmatch
import re
from enum import StrEnum
from typing import TYPE_CHECKING

from coldpress.errors import UsageError
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coldpress.cancel import CancelToken
    from coldpress.graph.graph import Graph
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.shape_rules.shapes import Shape

_LITERAL = re.compile(r"[^*?\[\]]+")
_ENDLESS = re.compile(r"[+*}]\)\??[+*{]")
"""A repetition around a repetition: Python's matcher may try an exponential number of ways."""

_NOT_ESCAPED = re.compile(r"\\.|\(\?[A-Za-z]+|[^\\]", re.DOTALL)
"""The parts of a regular expression that may be turned to lower case, and those that mean something else then."""

_CHECK_EVERY = 500


class SearchMode(StrEnum):
    """How a search text is read."""

    PLAIN = "plain"
    GLOB = "glob"
    REGEX = "regex"


class SearchIndex:
    """One line of text a node, in graph order: name, operation, dtype and shape of its first output.

    Names and operations are there at once; dtypes and shapes of a large graph take seconds to work out, so that
    ``with_types`` makes a second index of them in the background.
    """

    def __init__(self, graph: Graph, *, lines: Sequence[str] | None = None) -> None:
        self._graph = graph
        self.names: Sequence[str] = [node.name for node in graph]
        self._lines = lines or [f"{node.name} {node.op}".lower() for node in graph]

    def with_types(self, types: TensorTypes, cancel: CancelToken | None = None) -> SearchIndex:
        """Return an index that knows dtypes and shapes too."""
        return SearchIndex(self._graph, lines=list(_typed_lines(self._graph, types, cancel)))

    def search(self, text: str, mode: SearchMode = SearchMode.PLAIN) -> list[int]:
        """Return the numbers of the nodes that fit, in graph order; nothing typed fits every node.

        Plain text: each word must be somewhere in the line. A glob must fit a whole name, operation, dtype or shape. A
        regular expression is looked for in the line. Upper and lower case are one. Raises ``UsageError`` for a regular
        expression that is none, or that might never end.
        """
        if mode is SearchMode.PLAIN:
            return self._plain(text.lower().replace("×", "x").split())
        if not text.strip("*" if mode is SearchMode.GLOB else ""):
            return list(range(len(self.names)))
        if mode is SearchMode.GLOB:
            return self._glob(text.lower())
        find = _compiled(text).search
        return [number for number, line in enumerate(self._lines) if find(line)]

    def _plain(self, words: Sequence[str]) -> list[int]:
        lines = self._lines
        hits = range(len(lines)) if not words else [number for number, line in enumerate(lines) if words[0] in line]
        for word in words[1:]:
            hits = [number for number in hits if word in lines[number]]
        return list(hits)

    def _glob(self, text: str) -> list[int]:
        """Look for the longest plain piece first, which is quick, and match what is left."""
        piece = max(_LITERAL.findall(text), key=len, default="")
        fits = re.compile(fnmatch.translate(text)).match
        numbers = self._plain([piece] if piece.strip() else [])
        return [number for number in numbers if _any_field(fits, self._lines[number])]


def _any_field(fits: Callable[[str], object], line: str) -> bool:
    return any(fits(field) for field in line.split(" "))


def _typed_lines(graph: Graph, types: TensorTypes, cancel: CancelToken | None) -> Iterator[str]:
    for number, node in enumerate(graph):
        if cancel is not None and number % _CHECK_EVERY == 0:
            cancel.check()
        ref = TensorRef(node.name)
        dtype = types.dtype(ref) or ""
        yield f"{node.name} {node.op} {dtype} {_shape_text(types.shape(ref)) if dtype else ''}".lower()


def _shape_text(shape: Shape) -> str:
    """Return a shape as it is searched for: ``?x16x16x1``."""
    return "" if shape is None else "x".join("?" if size is None else str(size) for size in shape)


def _lowered(part: str) -> str:
    return part if part.startswith(("\\", "(?")) else part.lower()


def _compiled(text: str) -> re.Pattern[str]:
    try:
        # The lines are in lower case already; matching without regard to case would take twice as long.
        pattern = re.compile(_NOT_ESCAPED.sub(lambda part: _lowered(part.group()), text))
    except (re.error, RecursionError, OverflowError) as error:
        position = getattr(error, "pos", None) or 0
        raise UsageError("search.bad_pattern", pattern=text, reason=str(error), position=position + 1) from error
    if _ENDLESS.search(text):
        raise UsageError("search.endless_pattern", pattern=text)
    return pattern
