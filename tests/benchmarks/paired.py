"""Measures two commands against each other: run in turns, each in a process of its own, medians and peak memory.

Absolute times say little on a shared machine; the ratio of two runs made one after the other says more. This module
imports nothing heavy: on Linux a child's peak memory is never below its parent's at the moment of the fork.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Command:
    """What to run; ``prepare`` is called before each run, unmeasured."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] | None = None
    prepare: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall time, peak resident memory, and what it printed."""

    seconds: float
    peak_mb: float
    output: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two commands, measured ``len(first)`` times in turns."""

    names: tuple[str, str]
    first: tuple[Run, ...]
    second: tuple[Run, ...]

    @property
    def time_ratio(self) -> float:
        """Median of the paired ratios first / second of wall time."""
        return statistics.median(a.seconds / b.seconds for a, b in zip(self.first, self.second, strict=True))

    @property
    def memory_ratio(self) -> float:
        """Median of the paired ratios first / second of peak memory."""
        return statistics.median(a.peak_mb / b.peak_mb for a, b in zip(self.first, self.second, strict=True))

    def line(self, label: str) -> str:
        """Return a line for a table: medians of both, and the ratios."""
        sides = "   ".join(
            f"{name} {statistics.median(run.seconds for run in runs):7.2f} s"
            f" {statistics.median(run.peak_mb for run in runs):7.0f} MB"
            for name, runs in zip(self.names, (self.first, self.second), strict=True)
        )
        ratios = f"time x {self.time_ratio:.3f}   memory x {self.memory_ratio:.3f}"
        return f"{label:<24} {sides}   {ratios}   (n={len(self.first)})"


def measure(command: Command) -> Run:
    """Run a command to its end; raise ``RuntimeError`` with what it printed if it fails."""
    if command.prepare is not None:
        command.prepare()
    environment = {**os.environ, **(command.environment or {})}
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command.argv), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    if process.stdout is None:
        raise RuntimeError(command.name)
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        msg = f"{command.name} ended with {process.returncode}:\n{output[-3000:]}"
        raise RuntimeError(msg)
    return Run(seconds, usage.ru_maxrss / 1024, output)


def paired(first: Command, second: Command, *, repeats: int = 5) -> Pair:
    """Measure two commands in turns, each going first every other time; one unmeasured run of each comes before."""
    measure(first)
    measure(second)
    runs: tuple[list[Run], list[Run]] = ([], [])
    for number in range(repeats):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for side in order:
            runs[side].append(measure((first, second)[side]))
    return Pair((first.name, second.name), tuple(runs[0]), tuple(runs[1]))
