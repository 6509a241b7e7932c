"""What long work says while it runs. Events are data: the terminal and the window draw them as they like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldpress.facts import Fact


class Step(StrEnum):
    """The steps of the whole job, in order."""

    READ = "read"
    EVAL_GRAPH = "eval_graph"
    SURVEY = "survey"
    FREEZE = "freeze"
    CONVERT = "convert"
    CHECK = "check"
    VERIFY = "verify"
    PROVE = "prove"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step began."""

    step: Step


@dataclass(frozen=True, slots=True)
class StepProgress:
    """``done`` of ``total`` units are finished; ``total`` 0 means that the amount is not known."""

    step: Step
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step ended well, after ``seconds`` of wall time; ``facts`` are figures worth showing (nodes, bytes)."""

    step: Step
    seconds: float
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypeStarted:
    """Of several inference types to try, the next one begins: number ``number`` (from 0) of ``total``."""

    inference_type: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a child process printed."""

    text: str


Event = StepStarted | StepProgress | StepFinished | TypeStarted | LogLine
Listener = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Listen to nothing."""
