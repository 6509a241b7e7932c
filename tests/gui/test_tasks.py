"""Background work speaks in the GUI thread, can be stopped, and never stalls it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.gui.gaps import GapMeter

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
    qtbot.waitUntil(lambda: tasks.running == 0, timeout=180_000)


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
    with qtbot.waitSignal(task.succeeded, timeout=180_000) as arrived:
        pass
    assert arrived.args == ["done"]
    assert heard == [(str(number), True) for number in range(500)]


def test_an_error_arrives_as_it_was_raised(tasks: Tasks, qtbot: QtBot) -> None:
    def work(_listener: Listener, _cancel: CancelToken) -> None:
        raise ValueError("broken")

    with qtbot.waitSignal(tasks.run(work).failed, timeout=180_000) as arrived:
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
    with qtbot.waitSignal(task.cancelled, timeout=30_000):
        task.cancel()
    assert not failures


def test_work_that_finishes_although_it_was_cancelled_counts_as_cancelled(tasks: Tasks, qtbot: QtBot) -> None:
    release = threading.Event()
    task = tasks.run(lambda _listener, _cancel: release.wait(5))
    with qtbot.waitSignal(task.cancelled, timeout=180_000):
        task.cancel()
        release.set()


def test_a_flood_of_events_leaves_the_window_responsive(tasks: Tasks, qtbot: QtBot) -> None:
    def work(listener: Listener, _cancel: CancelToken) -> None:
        for number in range(20_000):
            listener(LogLine(str(number)))

    with GapMeter() as meter:
        task = tasks.run(work)
        with qtbot.waitSignal(task.finished, timeout=20_000):
            pass
    assert meter.longest().own < 1, meter.summary()


def test_tasks_that_run_alone_take_turns(tasks: Tasks, qtbot: QtBot) -> None:
    at_work: list[int] = []
    together: list[int] = []

    def work(_listener: Listener, _cancel: CancelToken) -> None:
        at_work.append(1)
        together.append(len(at_work))
        time.sleep(0.01)
        at_work.pop()

    for _ in range(4):
        last = tasks.run(work, alone=True)
    with qtbot.waitSignal(last.succeeded, timeout=180_000):
        pass
    assert together == [1, 1, 1, 1]


def test_a_task_that_is_cancelled_before_its_turn_never_runs(tasks: Tasks, qtbot: QtBot) -> None:
    release = threading.Event()
    ran: list[int] = []
    tasks.run(lambda _listener, _cancel: release.wait(5), alone=True)
    second = tasks.run(lambda _listener, _cancel: ran.append(1), alone=True)
    second.cancel()
    with qtbot.waitSignal(second.cancelled, timeout=180_000):
        release.set()
    assert not ran


def test_closing_ends_what_waits_for_its_turn(tasks: Tasks, qtbot: QtBot) -> None:
    tasks.run(lambda _listener, cancel: _until(cancel), alone=True)
    waiting = tasks.run(lambda _listener, _cancel: None, alone=True)
    with qtbot.waitSignal(waiting.cancelled, timeout=180_000):
        assert tasks.stop_all()
    qtbot.waitUntil(lambda: tasks.running == 0, timeout=180_000)


def _until(cancel: CancelToken) -> None:
    while True:
        cancel.check()
        time.sleep(0.005)
