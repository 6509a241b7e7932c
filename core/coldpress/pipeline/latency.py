"""How quickly a result runs on this machine, with one thread and with several, with the default delegate and without.

Measured in the interpreter's process: ai-edge-litert, warm, on inputs of zeros. It says which of several files is
quicker *here*; a phone has other processors and other delegates.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from coldpress.errors import ConverterError
from coldpress.events import Step, ignore
from coldpress.finding import Finding, Severity
from coldpress.verify.timing import timing
from coldpress.worker.requests.tflite import Kernels, MeasureLatency

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.verify.timing import Timing
    from coldpress.worker.supervisor import Worker

_MOST_THREADS: Final = 4
"""What phones give a network, and mostly all that it can use."""
_BUDGET: Final = 1.0
"""Seconds for all settings together; a setting that would begin later is left out."""


def measure_latency(
    model: Path, worker: Worker, *, listener: Listener = ignore, cancel: CancelToken | None = None
) -> tuple[tuple[Timing, ...], tuple[Finding, ...]]:
    """Return the timings, the most telling setting first, and a note for every setting in which the file does not run.

    Raises ``Cancelled``.
    """
    settings = _settings()
    found: list[Timing] = []
    problems: list[Finding] = []
    until = time.monotonic() + _BUDGET
    for kernels, threads in settings:
        if time.monotonic() > until:
            break
        request = MeasureLatency(str(model), kernels, threads, budget=_BUDGET / len(settings))
        try:
            latency = worker.run(request, listener=listener, cancel=cancel, step=Step.MEASURE)
        except ConverterError as error:
            facts = {"kernels": kernels.value, "threads": threads, "reason": error.code}
            problems.append(Finding("latency.cannot_run", Severity.WARNING, facts=facts))
            continue
        found.append(timing(latency.seconds, kernels=kernels.value, threads=threads))
    return tuple(found), tuple(problems)


def _settings() -> tuple[tuple[Kernels, int], ...]:
    several = min(_processors(), _MOST_THREADS)
    threads = (1,) if several == 1 else (1, several)
    return tuple((kernels, number) for kernels in (Kernels.DEFAULT, Kernels.NO_DELEGATE) for number in threads)


def _processors() -> int:
    """Return how many processors this process may use; a container often has fewer than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
