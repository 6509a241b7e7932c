"""How long the event loop stood still: a timer that should tick every few milliseconds notes how late it is.

A busy machine makes every program late. What the GUI thread waited for a processor, because other programs had it, is
no fault of the program: the kernel counts it (Linux, ``schedstat``), and it is taken off. What counts is what the
thread did itself, and what it waited for others of this program: the interpreter, a lock, a file.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from PySide6.QtCore import Qt, QTimer

_TICK_MS = 5


@dataclass(frozen=True)
class Gap:
    """A time without an event: ``wall`` as a clock has it, ``own`` without waiting for a processor, ``cpu`` at work."""

    phase: str
    wall: float
    own: float
    cpu: float


class GapMeter:
    """Measures between ``with`` and its end; ``phase`` names what is going on."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.phase = ""
        self._schedstat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._last = self._now()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> Self:
        self._last = self._now()
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._tick()
        self._timer.stop()

    def begin(self, phase: str) -> None:
        """Call what follows ``phase``."""
        self._tick()
        self.phase = phase

    def longest(self, *phases: str) -> Gap:
        """Return the longest gap of some phases (of all, if none are named)."""
        return max((gap for gap in self.gaps if not phases or gap.phase in phases), key=lambda gap: gap.own)

    def summary(self) -> str:
        """Return a line a phase."""
        lines = []
        for phase in dict.fromkeys(gap.phase for gap in self.gaps):
            gaps = [gap for gap in self.gaps if gap.phase == phase]
            wall, own, cpu = (max(getattr(gap, name) for gap in gaps) * 1000 for name in ("wall", "own", "cpu"))
            lines.append(f"{phase}: {wall:.0f} ms by the clock, {own:.0f} ms own, {cpu:.0f} ms at work")
        return "\n".join(lines)

    def _tick(self) -> None:
        now = self._now()
        wall, cpu, waited = (new - old for new, old in zip(now, self._last, strict=True))
        self.gaps.append(Gap(self.phase, wall, max(0.0, wall - waited), cpu))
        self._last = now

    def _now(self) -> tuple[float, float, float]:
        """Return the clock, the processor time of this thread, and how long it waited for a processor, in seconds."""
        try:
            waited = int(self._schedstat.read_text().split()[1]) / 1e9
        except (OSError, IndexError):
            waited = 0.0
        return time.perf_counter(), time.thread_time(), waited
