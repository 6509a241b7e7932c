"""Keeps the record of the steps while passing every event on."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coldpress.events import StepFinished, StepStarted
from coldpress.pipeline.outcome import StepRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.events import Event, Listener, Step
    from coldpress.facts import Fact


class Recorder:
    """A listener in front of another; ``records`` are the steps that ended well, in order."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.records: list[StepRecord] = []

    def __call__(self, event: Event) -> None:
        """Take an event, and pass it on."""
        if isinstance(event, StepFinished):
            self.records.append(StepRecord(event.step, "done", event.seconds))
        self._listener(event)

    @contextmanager
    def step(self, step: Step) -> Iterator[dict[str, Fact]]:
        """Announce a step around the block; facts put into the yielded dict are told at its end."""
        started = time.monotonic()
        self(StepStarted(step))
        facts: dict[str, Fact] = {}
        yield facts
        self(StepFinished(step, time.monotonic() - started, facts))
