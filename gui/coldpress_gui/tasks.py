"""Work in background threads whose every word arrives in the GUI thread.

A task is a function of ``(listener, cancel)``. What it says, returns or raises comes out as signals of a ``Task``,
always in the thread of the window, never more than a few events at a time, so that a chatty task cannot stall it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled

if TYPE_CHECKING:
    from coldpress.events import Event, Listener

Work = Callable[["Listener", CancelToken], Any]

_TURN_SECONDS = 0.004
"""For handing on events; the rest waits for the next turn of the event loop."""
_REST_MS = 15
"""Between two tasks that run alone."""


class _Thread(QThread):
    """Runs one function; keeps what it returned or raised."""

    spoke = Signal()

    def __init__(self, work: Work, cancel: CancelToken) -> None:
        super().__init__()
        self._work = work
        self._cancel = cancel
        self.events: deque[Event] = deque()
        self.announced = False
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self._work(self._hear, self._cancel)
        except BaseException as error:  # noqa: BLE001 - it is handed to the window, which shows it
            self.error = error

    def _hear(self, event: Event) -> None:
        # Append before looking: an event is either seen by the drain under way or announces a new one.
        self.events.append(event)
        if not self.announced:
            self.announce()

    def announce(self) -> None:
        """Tell the GUI thread that events wait."""
        self.announced = True
        self.spoke.emit()


class Task(QObject):
    """A running piece of work. Exactly one of ``succeeded``, ``failed``, ``cancelled`` comes, then ``finished``."""

    event_arrived = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._started = False
        self._over = False
        self._cancel = CancelToken()
        self._thread = _Thread(work, self._cancel)
        self._thread.spoke.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._thread.finished.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin."""
        self._started = True
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; ``cancelled`` follows."""
        self._cancel.cancel()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._cancel.cancelled

    def drop(self) -> None:
        """End a task that was cancelled before it was its turn."""
        self.cancelled.emit()
        self.finished.emit()

    def wait(self, milliseconds: int) -> bool:
        """Block until the thread is over, for the end of the program; tell whether it is."""
        return not self._started or self._thread.wait(milliseconds)

    @Slot()
    def _drain(self) -> None:
        """Hand on what was said, as much as one turn of the event loop has time for."""
        self._thread.announced = False
        until = time.perf_counter() + _TURN_SECONDS
        while self._thread.events and time.perf_counter() < until:
            self.event_arrived.emit(self._thread.events.popleft())
        if self._thread.events:
            self._thread.announce()
        elif self._over:
            self._conclude()

    @Slot()
    def _end(self) -> None:
        self._over = True
        self._drain()

    def _conclude(self) -> None:
        self._over = False
        error = self._thread.error
        if isinstance(error, Cancelled):
            self.cancelled.emit()
        elif error is not None:
            self.failed.emit(error)
        elif self._cancel.cancelled:
            self.cancelled.emit()
        else:
            self.succeeded.emit(self._thread.result)
        self.finished.emit()


class Tasks(QObject):
    """Every running task of a window, so that none outlives it.

    Tasks that run ``alone`` take turns in the order in which they came: pure Python work gains nothing from a second
    thread, and every thread that computes makes the window wait longer for the interpreter. Between two of them the
    window gets a turn of its event loop to show what the first one brought.
    """

    count_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Task] = []
        self._waiting: deque[Task] = deque()
        self._alone: Task | None = None
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(_REST_MS)
        self._turn.timeout.connect(self._next)

    def run(self, work: Work, *, alone: bool = False) -> Task:
        """Start ``work`` in a thread of its own once the caller has connected its signals."""
        task = Task(work, self)
        self._running.append(task)
        task.finished.connect(self._forget)
        if alone:
            self._waiting.append(task)
            if self._alone is None and not self._turn.isActive():
                self._next()
        else:
            task.start()
        self.count_changed.emit(len(self._running))
        return task

    @property
    def running(self) -> int:
        """How many tasks run or wait for their turn."""
        return len(self._running)

    def stop_all(self, milliseconds: int = 5000) -> bool:
        """Cancel everything and wait; tell whether all threads ended in time."""
        self._turn.stop()
        for task in self._running:
            task.cancel()
        ended = [task.wait(milliseconds) for task in self._running]
        while self._waiting:
            self._waiting.popleft().drop()
        return all(ended)

    @Slot()
    def _next(self) -> None:
        while self._waiting and self._alone is None:
            task = self._waiting.popleft()
            if task.is_cancelled:
                task.drop()
            else:
                self._alone = task
                task.start()

    @Slot()
    def _forget(self) -> None:
        task = self.sender()
        if not isinstance(task, Task):
            return
        self._running.remove(task)
        task.deleteLater()
        if task is self._alone:
            self._alone = None
        if self._waiting and self._alone is None:
            self._turn.start()
        self.count_changed.emit(len(self._running))
