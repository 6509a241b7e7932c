"""How a child process ended, in codes that the catalogue turns into words."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coldpress.errors import ConverterError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FATAL: Final = (
    # glog: "F0000 00:00:1795467317.159430    7882 file.cc:12] text"; TF 1.x: "2019-01-01 …: F file.cc:12] text".
    re.compile(r"^F\d{4} |: F |Check failed:"),
    re.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)(?::|$)"),
    re.compile(r"(?<!Python )\berror: "),
    re.compile(r"^E\d{4} |: E "),
)
"""What the true cause of a failure looks like, the surest first; of several lines the last counts."""

_MODEL_JOBS: Final = frozenset({"CheckModel", "RunModel", "MeasureLatency"})
"""Jobs that run a ``.tflite`` file: it is the file that crashes them, not the converter."""

_WINDOWS_CODES: Final = {
    0xC0000005: "segfault",
    0xC00000FD: "stack_overflow",
    0xC000001D: "illegal_instruction",
    0xC0000409: "aborted",
    0xC0000017: "out_of_memory",
    3: "aborted",
}


def fatal_line(log: Sequence[str]) -> str:
    """Return the line of a log that names the cause, without its prefix; else where Python was; else nothing."""
    for pattern in _FATAL:
        for line in reversed(log):
            if pattern.search(line):
                return _without_prefix(line)
    return _innermost_frame(log)


def _innermost_frame(log: Sequence[str]) -> str:
    """Return where Python was when the process died, as ``faulthandler`` printed it."""
    for line in log:
        match = re.match(r'^  File ".*?([^/\\"]+)", line (\d+) in (\S+)$', line)
        if match is not None:
            return f"{match.group(3)} ({match.group(1)}:{match.group(2)})"
    return ""


def _without_prefix(line: str) -> str:
    match = re.match(r"^[FEWI]\d{4} [\d:.]+\s+\d+ [^\]]*\] (.*)$", line)
    return (match.group(1) if match else line).strip()


def crash_error(code: int, log: Sequence[str], *, job: str, out_of_memory: bool = False) -> ConverterError:
    """Return the error of a child that ended by itself in the middle of ``job``."""
    place = "model" if job in _MODEL_JOBS else "worker"
    return ConverterError(
        f"{place}.{'out_of_memory' if out_of_memory else _crash_code(code)}",
        log=log,
        job=job,
        exit=_exit_name(code),
        line=fatal_line(log),
    )


def timeout_error(seconds: int, log: Sequence[str], *, job: str) -> ConverterError:
    """Return the error of a child that did not finish ``job`` in time."""
    place = "model" if job in _MODEL_JOBS else "worker"
    return ConverterError(f"{place}.timeout", log=log, job=job, seconds=seconds, line=fatal_line(log))


def _crash_code(code: int) -> str:
    if code >= 0:
        return _WINDOWS_CODES.get(code, "ended")
    return {
        signal.SIGSEGV: "segfault",
        signal.SIGABRT: "aborted",
        signal.SIGILL: "illegal_instruction",
        signal.SIGFPE: "arithmetic",
        getattr(signal, "SIGBUS", None): "segfault",
        getattr(signal, "SIGKILL", None): "killed",
        signal.SIGTERM: "killed",
    }.get(-code, "ended")


def _exit_name(code: int) -> str:
    if code >= 0:
        return hex(code) if code > 255 else str(code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def killed_for_memory() -> int:
    """Return how many processes the kernel has ended for want of memory; 0 where that cannot be known."""
    try:
        text = Path("/proc/vmstat").read_text(encoding="ascii")
    except OSError:
        return 0
    match = re.search(r"^oom_kill (\d+)$", text, re.MULTILINE)
    return int(match.group(1)) if match else 0
