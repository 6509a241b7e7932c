"""Codes and facts into sentences, in English or Simplified Chinese.

The catalogue lies in ``coldpress_resources/messages/<language>/*.toml``: a table a code, with ``message`` and, where
there is something to do, ``remedy``; ``{placeholders}`` are filled from the facts. ``{count:node|nodes}`` is the one
word where the fact is 1, and the other elsewhere. The command line and the window both speak from here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.errors import ColdpressError
    from coldpress.facts import Fact
    from coldpress.finding import Finding

LANGUAGES = ("en", "zh_CN")
SEPARATORS = {"en": ", ", "zh_CN": "、"}
"""What stands between the parts of a list."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was found, and what to do about it (empty where there is nothing to do)."""

    message: str
    remedy: str


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return every message of ``language``: code -> ``message``, ``remedy``."""
    folder = files("coldpress_resources") / "messages" / language
    merged: dict[str, Mapping[str, str]] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            merged.update(_flatten(tomllib.loads(file.read_text(encoding="utf-8"))))
    return merged


def _flatten(tables: Mapping[str, object], prefix: str = "") -> dict[str, Mapping[str, str]]:
    """Turn nested TOML tables into dotted codes; a table that holds ``message`` is a leaf."""
    flat: dict[str, Mapping[str, str]] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            if "message" in value:
                flat[prefix + key] = {k: v for k, v in value.items() if isinstance(v, str)}
            flat.update(_flatten({k: v for k, v in value.items() if isinstance(v, dict)}, f"{prefix}{key}."))
    return flat


def say(code: str, facts: Mapping[str, Fact] | None = None, *, language: str = "en") -> Sentence:
    """Return the sentence of ``code`` with its placeholders filled; an unknown code is said as it is."""
    entry = catalogue(language).get(code) or catalogue("en").get(code)
    if entry is None:
        return Sentence(code, "")
    fill = partial(_FORMATTER.vformat, args=(), kwargs=facts or {})
    return Sentence(fill(entry["message"]), fill(entry.get("remedy", "")))


def say_error(error: ColdpressError, *, language: str = "en") -> Sentence:
    """Return the sentence of an error."""
    return say(error.code, error.facts, language=language)


def say_finding(finding: Finding, *, language: str = "en") -> Sentence:
    """Return the sentence of a finding."""
    return say_about(finding.code, finding.nodes, finding.facts, language=language)


def say_about(
    code: str, nodes: Sequence[str], facts: Mapping[str, Fact] | None = None, *, language: str = "en"
) -> Sentence:
    """Return a sentence about some nodes: ``{nodes}`` names the first few of them, ``{count}`` tells how many."""
    shown = ", ".join(nodes[:5]) + (" …" if len(nodes) > 5 else "")
    return say(code, {"nodes": shown, "count": len(nodes), **(facts or {})}, language=language)


class _Formatter(Formatter):
    """Fills placeholders. A missing fact shows as ``?`` rather than break the sentence that reports a failure."""

    def get_value(self, key: int | str, _args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        return kwargs.get(str(key), _UNKNOWN)

    def format_field(self, value: object, format_spec: str) -> str:
        singular, bar, plural = format_spec.partition("|")
        if bar:
            return singular if value == 1 else plural
        return "?" if value is _UNKNOWN else str(super().format_field(value, format_spec))


_UNKNOWN = object()
_FORMATTER = _Formatter()
