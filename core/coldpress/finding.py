"""Findings: what is known about a model before anything runs, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.facts import Fact


class Severity(StrEnum):
    """How much a finding matters; ``BLOCK`` stops a conversion unless its code is accepted by name."""

    BLOCK = "block"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should know.

    ``code`` is a key of the message catalogue and of ``--accept``; ``nodes`` are operation names, the most telling
    first; ``facts`` fill the placeholders of the sentence; ``remedies`` are codes of one-click remedies.
    """

    code: str
    severity: Severity
    nodes: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    remedies: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether this finding stops a conversion."""
        return self.severity is Severity.BLOCK


def blocking(findings: tuple[Finding, ...], accepted: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Return the findings that stop a conversion, leaving out those whose code was accepted."""
    return tuple(finding for finding in findings if finding.blocks and finding.code not in accepted)
