"""One request on its way through a child, and everything that can come back instead of an answer."""

from __future__ import annotations

import queue
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import Cancelled
from coldpress.events import LogLine, Step, StepProgress
from coldpress.worker.child import Ended, Line
from coldpress.worker.outcome import timeout_error
from coldpress.worker.protocol import END_OF_LOG, request_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.events import Listener
    from coldpress.worker.child import Child, Item, Message
    from coldpress.worker.requests.request import Request

LOG_LINES: Final = 2000
"""Lines of a job's log that are remembered."""
_TICK: Final = 0.05
"""Seconds between two looks at the cancel token."""


class ChildEndedError(Exception):
    """The child is gone, and left no outcome."""


class Exchange:
    """Sends ``request`` and waits. ``stop`` is asked twenty times a second; ``timeout`` is in seconds."""

    def __init__(
        self,
        child: Child,
        request: Request[Any],
        *,
        listener: Listener,
        step: Step,
        stop: Callable[[], bool],
        timeout: float | None,
    ) -> None:
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self._child = child
        self._request = request
        self._listener = listener
        self._step = step
        self._stop = stop
        self._timeout = timeout
        self._outcome: dict[str, Any] | None = None
        self._log_ended = False

    @property
    def job(self) -> str:
        """Name of the request."""
        return type(self._request).__name__

    def outcome(self) -> dict[str, Any]:
        """Return the message that ends the job: a result, an error, or the reason why the child could not start.

        Raises ``Cancelled``, ``ConverterError`` on time-out, ``ChildEndedError``; whatever is raised, the child is in
        the middle of something and must be killed.
        """
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        sent = False
        while self._outcome is None or not self._log_ended:
            if self._child.ready and not sent:
                self._child.send(request_message(self._request))
                sent = True
            self._check(deadline)
            item = self._next()
            if isinstance(item, Ended):
                break
            if item is not None:
                self._take(item)
        if self._outcome is None:
            raise ChildEndedError
        return self._outcome

    def _check(self, deadline: float | None) -> None:
        if self._stop():
            raise Cancelled
        if deadline is not None and time.monotonic() > deadline:
            seconds = round(self._timeout or 0)
            raise timeout_error(seconds, tuple(self.log), job=self.job)

    def _next(self) -> Item | None:
        try:
            return self._child.items.get(timeout=_TICK)
        except queue.Empty:
            return None

    def _take(self, item: Message | Line) -> None:
        if isinstance(item, Line):
            self._take_line(item.text)
            return
        kind = item.value["type"]
        if kind == "ready":
            self._child.ready = True
        elif kind == "progress":
            self._listener(StepProgress(self._step, item.value["done"], item.value["total"]))
        else:
            self._outcome = item.value

    def _take_line(self, text: str) -> None:
        if text == END_OF_LOG:
            self._log_ended = True
            return
        self.log.append(text)
        self._listener(LogLine(text))
