"""Python's collector of reference cycles, in the thread of the window alone and never for long.

Left to itself it runs in whichever thread happens to make the next object: there it would destroy Qt's objects, which
only the thread of the window may, and it would hold the interpreter for as long as it takes to walk over the hundreds
of thousands of objects of a large graph. Those hold no cycles: they go when nobody refers to them any more.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

_EVERY_MS = 2000
_AT_LEAST = 5_000
"""New objects that are worth a look."""
_AT_MOST = 40_000
"""New objects that take some 10 ms to look at; so many more come of reading a graph."""


class GarbageCollector(QObject):
    """Collects now and then, while nothing runs in the background."""

    def __init__(self, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._busy = busy
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take over from Python."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.enable()

    def look(self) -> None:
        """Collect what is new, or set it apart where there is too much of it to be looked at in time."""
        new = gc.get_count()[0]
        if new < _AT_LEAST or self._busy():
            return
        if new > _AT_MOST:
            gc.freeze()
        else:
            gc.collect(1)
