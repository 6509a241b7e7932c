"""Findings as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.finding import Finding


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
