"""A worker: the child process that may die, seen from the side that must not.

One job at a time. The child is started early and kept warm (the import of TensorFlow is paid while the person is
choosing nodes), killed on cancel and time-out, replaced after a crash, and retired after many jobs or much memory,
because ``convert()`` leaks (tensorflow#122598).
"""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from coldpress.errors import Cancelled, InternalError
from coldpress.events import Step, ignore
from coldpress.worker.child import Child, Kind
from coldpress.worker.codec import decode
from coldpress.worker.exchange import LOG_LINES, ChildEndedError, Exchange
from coldpress.worker.outcome import crash_error, killed_for_memory
from coldpress.worker.protocol import error_of
from coldpress.worker.requests.request import answer_type
from coldpress.worker.scratch import private_folder

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Callable

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.worker.requests.request import Request

R = TypeVar("R")

_TICK: Final = 0.05


class Worker:
    """Runs requests in a child process; a context manager.

    ``retire_jobs`` and ``retire_growth`` (bytes of memory above the first job's) say when a child has served enough.
    """

    def __init__(self, kind: Kind, *, retire_jobs: int = 100, retire_growth: int = 2 << 30) -> None:
        self._kind: Kind = kind
        self._retire_jobs = retire_jobs
        self._retire_growth = retire_growth
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._busy = threading.Lock()
        self._state = threading.Lock()
        self._closed = False
        self._child: Child | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._jobs = 0
        self._first_memory = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def kind(self) -> Kind:
        """What the child can do."""
        return self._kind

    @property
    def pid(self) -> int | None:
        """Number of the child process, or None where none runs."""
        child = self._child
        return child.pid if child is not None and child.running else None

    @property
    def log(self) -> tuple[str, ...]:
        """The last lines that jobs printed."""
        return tuple(self._log)

    @property
    def folder(self) -> Path:
        """A private folder for the arrays of jobs, removed by ``close``."""
        with self._state:
            return self._open_folder()

    def start(self) -> None:
        """Start the child where none runs, without waiting for it."""
        self._living_child()

    def close(self) -> None:
        """Stop the job that runs (it raises ``Cancelled``), end the child, remove the folder; safe to call twice."""
        self._closed = True
        with self._busy:
            child = self._release()
            if child is not None:
                child.finish()
            with self._state:
                folder, self._folder = self._folder, None
            if folder is not None:
                folder.cleanup()

    def run(
        self,
        request: Request[R],
        *,
        listener: Listener = ignore,
        cancel: CancelToken | None = None,
        timeout: float | None = None,
        step: Step = Step.CONVERT,
    ) -> R:
        """Do one job and return its answer.

        Log lines and progress (of ``step``) go to ``listener``, in the calling thread. Raises ``Cancelled`` within a
        fraction of a second of the token being set; ``ConverterError`` where the child crashed, hung for longer than
        ``timeout`` seconds, or could not do the job; other errors as the job raised them.
        """

        def stop() -> bool:
            return self._closed or (cancel is not None and cancel.cancelled)

        self._wait_for_turn(stop)
        try:
            exchange = Exchange(self._living_child(), request, listener=listener, step=step, stop=stop, timeout=timeout)
            return decode(answer_type(request), self._answer(exchange))
        finally:
            self._busy.release()

    def _wait_for_turn(self, stop: Callable[[], bool]) -> None:
        while not self._busy.acquire(timeout=_TICK):
            if stop():
                raise Cancelled

    def _answer(self, exchange: Exchange) -> Any:
        """Return the answer as JSON data, or raise what the job came to."""
        memory_kills = killed_for_memory()
        try:
            outcome = exchange.outcome()
        except ChildEndedError:
            code = self._discard(kill=False)
            starved = killed_for_memory() > memory_kills
            raise crash_error(code, tuple(exchange.log), job=exchange.job, out_of_memory=starved) from None
        except BaseException:
            # Cancel, time-out, Ctrl-C, a listener that raised: the child is in the middle of something.
            self._discard(kill=True)
            raise
        finally:
            self._log.extend(exchange.log)
        self._served(outcome)
        if outcome["type"] == "result":
            return outcome["value"]
        raise error_of(outcome, tuple(exchange.log))

    def _served(self, outcome: dict[str, Any]) -> None:
        """Count a job; let go of a child that could not start or has served enough."""
        memory = int(outcome.get("memory", 0))
        self._jobs += 1
        self._first_memory = memory if self._jobs == 1 else self._first_memory
        grown = memory - self._first_memory > self._retire_growth
        if outcome.get("fatal") or self._jobs >= self._retire_jobs or grown:
            child = self._release()
            if child is not None:
                child.finish()

    def _living_child(self) -> Child:
        """Return the child; start one where there is none, or where it died while idle."""
        with self._state:
            if self._closed:
                raise InternalError("worker.closed")
            if self._child is not None and self._child.ready and not self._child.running:
                self._child.reap()
                self._child = None
            if self._child is None:
                self._jobs = 0
                self._child = Child(self._kind, self._open_folder())
            return self._child

    def _open_folder(self) -> Path:
        if self._folder is None:
            self._folder = private_folder()
        return Path(self._folder.name)

    def _release(self) -> Child | None:
        with self._state:
            child, self._child = self._child, None
            return child

    def _discard(self, *, kill: bool) -> int:
        """Let go of the child; return its exit code."""
        child = self._release()
        if child is None:
            return 0
        return child.kill() if kill else child.reap()
