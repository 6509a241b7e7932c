"""What a command answers: a status, the JSON of the contract, and how to show it to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.cli.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a command that ran to its end."""

    status: int
    data: dict[str, Any]
    show: Callable[[Terminal], None]
