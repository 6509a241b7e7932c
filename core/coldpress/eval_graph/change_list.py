"""The changes of a rewrite for people and programs: grouped by pattern, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.eval_graph.change import ChangeKind
from coldpress.files import write_text
from coldpress.sentences import SEPARATORS, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from coldpress.eval_graph.change import Change


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one pattern, in the order in which they were made."""

    kind: ChangeKind
    changes: tuple[Change, ...]

    def title(self, language: str = "en") -> str:
        """Return the name of the pattern and how often it was found: ``Batch norm (5)``."""
        return f"{say(f'eval_graph.kind.{self.kind}', language=language).message} ({len(self.changes)})"


def grouped(changes: Iterable[Change]) -> tuple[ChangeGroup, ...]:
    """Group changes by pattern, in the order of ``ChangeKind``; patterns that did not occur are left out."""
    by_kind: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}
    for change in changes:
        by_kind[change.kind].append(change)
    return tuple(ChangeGroup(kind, tuple(found)) for kind, found in by_kind.items() if found)


def counts(changes: Iterable[Change]) -> Mapping[str, int]:
    """Return how many changes of each pattern there are."""
    return {group.kind.value: len(group.changes) for group in grouped(changes)}


def summary(changes: Iterable[Change], *, language: str = "en") -> str:
    """Return the patterns with their counts in one line: ``Batch norms (5), Dropout (1)``."""
    return SEPARATORS[language].join(group.title(language) for group in grouped(changes))


def entries(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Return the changes as data, in the order in which they were made."""
    return [
        {
            "kind": change.kind.value,
            "node": change.node,
            "before": change.before,
            "after": change.after,
            "recognised": change.recognised,
        }
        for change in changes
    ]


def as_json(changes: Sequence[Change]) -> str:
    """Return the counts and the changes as a JSON object."""
    return json.dumps({"counts": counts(changes), "changes": entries(changes)}, ensure_ascii=False, indent=1) + "\n"


def write_changes(path: Path, changes: Sequence[Change], *, language: str = "en") -> None:
    """Write the list, as JSON where ``path`` ends in ``.json``, else as text. Raises ``OutputError``."""
    as_data = path.suffix.lower() == ".json"
    write_text(path, as_json(changes) if as_data else as_text(changes, language=language))


def as_text(changes: Sequence[Change], *, language: str = "en") -> str:
    """Return the changes as lines to read: the counts, then each pattern, each change with before and after."""
    lines: list[str] = [summary(changes, language=language), ""] if changes else []
    for group in grouped(changes):
        lines.append(group.title(language))
        for change in group.changes:
            lines += [f"  {change.node}", f"    - {change.before}", f"    + {change.after}"]
            if change.recognised:
                lines.append(f"    {say(change.recognised, language=language).message}")
    return "\n".join(lines) + "\n" if lines else ""
