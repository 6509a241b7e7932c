"""Background work speaks in the GUI thread, can be stopped, and never stalls it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QTimer

from coldpress.events import LogLine
from coldpress_gui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    assert tasks.stop_all()
    qtbot.waitUntil(lambda: tasks.running == 0)


def test_result_and_events_arrive_in_the_gui_thread_in_order(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[tuple[str, bool]] = []
    here = threading.get_ident()

    def work(listener: Listener, _cancel: CancelToken) -> str:
        assert threading.get_ident() != here
        for number in range(500):
            listener(LogLine(str(number)))
        return "done"

    task = tasks.run(work)
    task.event_arrived.connect(lambda event: heard.append((event.text, threading.get_ident() == here)))
    with qtbot.waitSignal(task.succeeded) as arrived:
        pass
    assert arrived.args == ["done"]
    assert heard == [(str(number), True) for number in range(500)]


def test_an_error_arrives_as_it_was_raised(tasks: Tasks, qtbot: QtBot) -> None:
    def work(_listener: Listener, _cancel: CancelToken) -> None:
        raise ValueError("broken")

    with qtbot.waitSignal(tasks.run(work).failed) as arrived:
        pass
    assert isinstance(arrived.args[0], ValueError)


def test_cancelled_work_ends_at_once_and_is_no_error(tasks: Tasks, qtbot: QtBot) -> None:
    def work(_listener: Listener, cancel: CancelToken) -> None:
        while True:
            cancel.check()
            time.sleep(0.01)

    task = tasks.run(work)
    failures: list[Any] = []
    task.failed.connect(failures.append)
    with qtbot.waitSignal(task.cancelled, timeout=1000):
        task.cancel()
    assert not failures


def test_work_that_finishes_although_it_was_cancelled_counts_as_cancelled(tasks: Tasks, qtbot: QtBot) -> None:
    release = threading.Event()
    task = tasks.run(lambda _listener, _cancel: release.wait(5))
    with qtbot.waitSignal(task.cancelled):
        task.cancel()
        release.set()


def test_a_flood_of_events_leaves_the_window_responsive(tasks: Tasks, qtbot: QtBot) -> None:
    def work(listener: Listener, _cancel: CancelToken) -> None:
        for number in range(20_000):
            listener(LogLine(str(number)))

    gaps: list[float] = []
    last = [time.monotonic()]

    def beat() -> None:
        now = time.monotonic()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(5)
    task = tasks.run(work)
    with qtbot.waitSignal(task.finished, timeout=20_000):
        pass
    timer.stop()
    # The machine of a test may be busy; a stalled event loop would show as seconds.
    assert sorted(gaps)[int(len(gaps) * 0.95)] < 0.05
