"""What a command answers: a status, the JSON of the contract, and how to show it to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldpress.cli.terminal import Terminal
    from coldpress.finding import Finding


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a command that ran to its end."""

    status: int
    data: dict[str, Any]
    show: Callable[[Terminal], None]


def findings_json(findings: Iterable[Finding], *, language: str) -> list[dict[str, Any]]:
    """Return findings as the contract has them."""
    rows = []
    for finding in findings:
        sentence = say_finding(finding, language=language)
        rows.append(
            {
                "code": finding.code,
                "severity": str(finding.severity),
                "message": sentence.message,
                "remedy": sentence.remedy,
                "nodes": list(finding.nodes),
            }
        )
    return rows
