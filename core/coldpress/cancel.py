"""Cancelling: one token that a person's click sets and every long loop asks."""

from __future__ import annotations

import threading

from coldpress.errors import Cancelled


class CancelToken:
    """Set once, from any thread; seen by the work within a fraction of a second."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise ``Cancelled`` if the work was asked to stop."""
        if self._event.is_set():
            raise Cancelled
