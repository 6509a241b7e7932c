"""The child's side: ``python -m coldpress.worker.main tensorflow|interpreter``.

Standard output carries messages and nothing else: its descriptor is put aside and number 1 points at standard error,
where native code may print what it likes.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from coldpress.errors import ColdpressError, ConverterError, InternalError, OutputError
from coldpress.worker import interpreter, tensorflow_jobs
from coldpress.worker.codec import encode
from coldpress.worker.lifeline import die_with
from coldpress.worker.process import be_first_to_go, memory
from coldpress.worker.protocol import END_OF_LOG, dump, error_message, load, request_of
from coldpress.worker.requests.request import Done, Ping
from coldpress.worker.scratch import leave

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldpress.worker.requests.request import Request


_LOADERS: Final[Mapping[str, Callable[[], Any]]] = {
    "tensorflow": tensorflow_jobs.handlers,
    "interpreter": interpreter.handlers,
}


def main(kind: str) -> None:
    """Serve requests until standard input ends."""
    parent = os.getppid()
    channel = _take_over_output()
    faulthandler.enable()
    # Ctrl-C goes to the whole terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    be_first_to_go()
    handlers = _load(kind, channel)
    _send(channel, {"type": "ready"})
    for line in sys.stdin.buffer:
        message = load(line)
        if message["type"] == "end":
            break
        with die_with(sys.stdin.fileno()):
            outcome = _answer(handlers, request_of(message), channel)
        _finish(channel, outcome)
    else:
        leave(parent)
    # No atexit handlers, no destructors: TensorFlow's take a while and may crash.
    os._exit(0)


def _take_over_output() -> BinaryIO:
    """Return a file on the old standard output, and let descriptor 1 be standard error."""
    sys.stdout.flush()
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return channel


def _send(channel: BinaryIO, message: dict[str, Any]) -> None:
    channel.write(dump(message))


def _finish(channel: BinaryIO, outcome: dict[str, Any]) -> None:
    """Send what ends a job, then mark the end of its log."""
    sys.stdout.flush()
    sys.stderr.flush()
    _send(channel, outcome)
    os.write(2, f"{END_OF_LOG}\n".encode())


def _load(kind: str, channel: BinaryIO) -> Any:
    """Import what the kind needs; where that fails say so and end."""
    try:
        return {**_LOADERS[kind](), Ping: _ping}
    except Exception as error:  # noqa: BLE001 - whatever is wrong with an installation must become a sentence
        traceback.print_exc()
        failure = ConverterError("worker.cannot_load", kind=kind, line=f"{type(error).__name__}: {error}")
        _finish(channel, {**error_message(failure), "fatal": True})
        os._exit(1)


def _ping(_request: Ping, _progress: object) -> Done:
    return Done()


def _answer(handlers: Any, request: Request[Any], channel: BinaryIO) -> dict[str, Any]:
    """Do a job; return the message that ends it."""
    try:
        value = handlers[type(request)](request, _Progress(channel))
        outcome: dict[str, Any] = {"type": "result", "value": encode(value)}
    except ColdpressError as error:
        outcome = error_message(error)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: everything becomes a message
        traceback.print_exc()
        outcome = error_message(_translate(error, request))
    return {**outcome, "memory": memory()}


class _Progress:
    """Tells the parent how far a job is, ten times a second at most."""

    def __init__(self, channel: BinaryIO) -> None:
        self._channel = channel
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next or done == total:
            self._next = now + 0.1
            _send(self._channel, {"type": "progress", "done": done, "total": total})


def _translate(error: Exception, request: Request[Any]) -> ColdpressError:
    job = type(request).__name__
    if isinstance(error, MemoryError):
        return ConverterError("worker.out_of_memory", job=job, exit="MemoryError", line=str(error))
    if isinstance(error, OSError) and error.filename is not None:
        return OutputError("worker.file", path=str(error.filename), reason=error.strerror or str(error))
    if isinstance(error, OSError):
        return OutputError("worker.disk", reason=error.strerror or str(error))
    return InternalError("worker.unexpected", job=job, line=f"{type(error).__name__}: {error}"[:500])


if __name__ == "__main__":
    main(sys.argv[1])
