"""Work in background threads whose every word arrives in the GUI thread.

A task is a function of ``(listener, cancel)``. What it says, returns or raises comes out as signals of a ``Task``,
always in the thread of the window, never more than a few events at a time, so that a chatty task cannot stall it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled

if TYPE_CHECKING:
    from coldpress.events import Event, Listener

Work = Callable[["Listener", CancelToken], Any]

_BATCH = 50
"""Events handed on at once; the rest waits for the next turn of the event loop."""


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
        self._cancel = CancelToken()
        self._thread = _Thread(work, self._cancel)
        self._thread.spoke.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._thread.finished.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; ``cancelled`` follows."""
        self._cancel.cancel()

    def wait(self, milliseconds: int) -> bool:
        """Block until the thread is over, for the end of the program; tell whether it is."""
        return self._thread.wait(milliseconds)

    @Slot()
    def _drain(self) -> None:
        self._thread.announced = False
        for _ in range(_BATCH):
            if not self._thread.events:
                return
            self.event_arrived.emit(self._thread.events.popleft())
        self._thread.announce()

    @Slot()
    def _end(self) -> None:
        while self._thread.events:
            self.event_arrived.emit(self._thread.events.popleft())
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
    """Every running task of a window, so that none outlives it."""

    count_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Task] = []

    def run(self, work: Work) -> Task:
        """Start ``work`` in a thread of its own once the caller has connected its signals."""
        task = Task(work, self)
        self._running.append(task)
        task.finished.connect(self._forget)
        task.start()
        self.count_changed.emit(len(self._running))
        return task

    @property
    def running(self) -> int:
        """How many tasks run."""
        return len(self._running)

    def stop_all(self, milliseconds: int = 5000) -> bool:
        """Cancel everything and wait; tell whether all threads ended in time."""
        for task in self._running:
            task.cancel()
        ended = [task.wait(milliseconds) for task in self._running]
        return all(ended)

    @Slot()
    def _forget(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._running.remove(task)
            task.deleteLater()
            self.count_changed.emit(len(self._running))
