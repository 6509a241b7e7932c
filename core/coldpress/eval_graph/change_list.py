"""The changes of a rewrite for people and programs: grouped by pattern, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.eval_graph.change import ChangeKind
from coldpress.sentences import say

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def as_json(changes: Iterable[Change]) -> str:
    """Return the changes as a JSON list, in the order in which they were made."""
    entries = [
        {
            "kind": change.kind.value,
            "node": change.node,
            "before": change.before,
            "after": change.after,
            "recognised": change.recognised,
        }
        for change in changes
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1)


def as_text(changes: Iterable[Change], *, language: str = "en") -> str:
    """Return the changes as lines to read: each pattern with its count, each change with before and after."""
    lines: list[str] = []
    for group in grouped(changes):
        lines.append(group.title(language))
        for change in group.changes:
            lines += [f"  {change.node}", f"    - {change.before}", f"    + {change.after}"]
            if change.recognised:
                lines.append(f"    {say(change.recognised, language=language).message}")
    return "\n".join(lines) + "\n" if lines else ""
