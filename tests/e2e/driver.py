"""Drives the real program from inside its own process: mouse and keyboard events, and waiting for conditions.

``run`` starts ``coldpress_gui.app.main`` as the command does; in place of waiting for a person, the event loop runs a
scenario: a function that takes a ``Driver``. Events go to the window, not to a widget, so that a control that is
covered, disabled or outside of the window is not reached here either.
"""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QScrollArea, QWidget, QWizard
from shiboken6 import isValid

from coldpress.events import Step, StepStarted
from coldpress_gui import app as app_module
from coldpress_gui.app import App
from coldpress_gui.logs import log_path
from coldpress_gui.pages.convert import ConvertPage
from coldpress_gui.pages.page import Page
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.pages.types import TypesPage
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coldpress_gui.netron.view import NetronView
    from coldpress_gui.window import Window

PATIENCE = float(os.environ.get("COLDPRESS_E2E_PATIENCE", "180"))
"""Seconds to wait for anything before giving up; a machine may be very busy."""
_POLL_MS = 15
_LEFT = Qt.MouseButton.LeftButton
_BAD = re.compile(r" (WARNING|ERROR|CRITICAL) ")
_OF_THE_MACHINE = re.compile(r"vulkan|\bgpu\b|opengl|\begl\b|\bglx\b|\bdri\b|\[qt\.qpa", re.IGNORECASE)
"""Qt's remarks on drivers, fonts and window managers say nothing about the program."""

P = TypeVar("P", bound=Page)
T = TypeVar("T")


class Driver:
    """A person with a mouse and a keyboard, in front of one window."""

    def __init__(self, app: App, facts: dict[str, Any]) -> None:
        self.app = app
        self.window: Window = app.windows[0]
        self.facts = facts
        self.unforeseen: list[BaseException] = []
        app.reporter._caught.connect(self.unforeseen.append)
        self._watch()

    def _watch(self) -> None:
        self.window.session.crashed.connect(self.unforeseen.append)

    def look_at(self, window: Window) -> None:
        """Go on with another window."""
        self.window = window
        self._watch()
        self.be_active()

    def be_active(self) -> None:
        """Bring the window to the front and wait until it has the keyboard."""
        self.window.raise_()
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow, "the window to be active")

    def wait(self, condition: Callable[[], T | None], what: str, *, patience: float = PATIENCE) -> T:
        """Let the event loop run until ``condition`` holds, and return its value."""
        loop, ticker = QEventLoop(), QTimer()
        deadline = time.monotonic() + patience
        seen: list[T] = []
        errors: list[BaseException] = []

        def look() -> None:
            try:
                value = condition()
            except Exception as error:  # noqa: BLE001 - a slot's exception would end in the program's own dialog
                errors.append(error)
                loop.quit()
                return
            if value:
                seen.append(value)
            if value or self.unforeseen or time.monotonic() > deadline:
                loop.quit()

        ticker.timeout.connect(look)
        ticker.start(_POLL_MS)
        loop.exec()
        ticker.stop()
        if errors:
            raise errors[0]
        if self.unforeseen:
            raise AssertionError("not foreseen while waiting for " + what) from self.unforeseen[0]
        if not seen:
            raise AssertionError(f"waited {patience:.0f} s for {what}; {self._where()}")
        return seen[0]

    def turn(self, milliseconds: int = 0) -> None:
        """Let the event loop run once, or for a while."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait_idle(self) -> None:
        """Wait until nothing runs in the background."""
        session = self.window.session
        self.wait(lambda: not session.state.busy and not session.tasks.running, "the background to be done")

    def click(self, widget: QWidget, at: QPoint | None = None, *, double: bool = False) -> None:
        """Click in the middle of a control (or at a point of it), through the window that shows it."""
        self.wait(lambda: widget.isVisible() and widget.isEnabled(), f"{_named(widget)} to be there to click")
        _scroll_to(widget)
        self.turn()
        top = widget.window()
        point = widget.mapTo(top, at or _middle(widget))
        reached = top.childAt(point)
        assert reached is widget or (reached is not None and widget.isAncestorOf(reached)), (
            f"{_named(widget)} is covered by {reached}"
        )
        handle = top.windowHandle()
        QTest.mouseClick(handle, _LEFT, Qt.KeyboardModifier.NoModifier, point)
        if double:
            QTest.mouseDClick(handle, _LEFT, Qt.KeyboardModifier.NoModifier, point)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key; it goes to whatever has the focus."""
        QTest.keyClick(self.window.windowHandle(), key, modifier)

    def write(self, text: str) -> None:
        """Type text to whatever has the focus."""
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        QTest.keyClicks(focused, text)
        assert QApplication.focusWidget() is focused, f"typing threw the focus out of {_named(focused)}"

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until a control has the focus."""
        for _ in range(200):
            if wanted.hasFocus():
                return
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not reach {_named(wanted)}")

    def fill(self, field: QWidget, text: str) -> None:
        """Click into a field and type over what is there."""
        self.click(field)
        self.wait(field.hasFocus, f"the focus in {_named(field)}")
        self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.write(text)
        self.key(Qt.Key.Key_Tab)

    def page(self, kind: type[P]) -> P:
        """Return a page by its type."""
        return next(page for page in self.window.pages.values() if isinstance(page, kind))

    def at(self, step: StepId) -> None:
        """Wait until a step is shown."""
        self.wait(lambda: self.window.wizard.currentId() == step, f"the page {step.name}")

    def next(self, step: StepId) -> None:
        """Click Next, as soon as it can be clicked, and wait for the page it leads to."""
        button = self.window.wizard.button(QWizard.WizardButton.NextButton)
        self.wait(button.isEnabled, f"Next on the way to {step.name}")
        self.click(button)
        self.at(step)

    def convert(self) -> None:
        """Go on from the page of types and wait for the end of the run."""
        self.next(StepId.CONVERT)
        self.ran()

    def ran(self) -> None:
        """Wait until the run that was begun has ended."""
        session = self.window.session
        self.wait(lambda: Job.RUN not in session.state.busy and bool(session.state.ran), "the end of the run")

    def verified(self) -> Path:
        """Wait for the page of results; return the file that was verified and put in place."""
        self.at(StepId.RESULT)
        state = self.window.session.state
        outcome = state.outcome
        assert outcome is not None, state.problems
        assert outcome.verdict == "verified", outcome.verification
        assert outcome.output is not None
        assert outcome.output.read_bytes()[4:8] == b"TFL3"
        assert "Verified" in self.page(ResultPage).banner.accessibleName()
        return outcome.output

    def stop_worker_at(self, step: Step) -> int:
        """Begin the run with TensorFlow's process halted, so that it surely is in the middle of ``step``; its number.

        Halting (SIGSTOP) is what a process that hangs looks like; whatever is done to it then comes in time.
        """
        session = self.window.session
        worker = session.engine.workers().tensorflow
        worker.start()
        number = self.wait(lambda: worker.pid, "TensorFlow's process")
        os.kill(number, signal.SIGSTOP)
        begun: list[Step] = []

        def hear(_job: object, event: object) -> None:
            if isinstance(event, StepStarted):
                begun.append(event.step)

        session.event_arrived.connect(hear)
        self.next(StepId.CONVERT)
        self.wait(lambda: step in begun, f"the step {step}")
        session.event_arrived.disconnect(hear)
        assert worker.pid == number, "another process does the work"
        return number

    def failure(self) -> str:
        """Return what the page of the run says of its failure."""
        self.at(StepId.CONVERT)
        banner = self.page(ConvertPage).banner
        self.wait(banner.isVisible, "the banner")
        return banner.accessibleName()

    def answer(self, view: NetronView, script: str) -> Any:
        """Return what a script in the page of a picture comes to."""
        assert view.web is not None
        got: list[Any] = []
        view.web.page.runJavaScript(script, 0, got.append)
        self.wait(lambda: bool(got), "the answer of a script")
        return got[0]

    def photograph(self, path: Path) -> None:
        """Keep what the window shows, for whoever looks into a failure."""
        self.window.grab().save(str(path))

    def _where(self) -> str:
        state = self.window.session.state
        page = self.window.wizard.current_page()
        return (
            f"page {self.window.wizard.currentId()} ({page.status if page else None}), busy {sorted(state.busy)}, "
            f"problems {state.problems}, outcome {state.outcome is not None}"
        )

    def fill_in(self, target: Path) -> None:
        """On the page of types, give every open dimension a size and name the result, with the keyboard alone."""
        page = self.types_page()
        for field in [field for row in page.rows for field in row.fields if field.isEnabled() and not field.text()]:
            self.tab_to(field)
            self.write("1")
        self.tab_to(page.output.field)
        self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.write(str(target))
        self.key(Qt.Key.Key_Tab)
        self.wait_idle()

    def types_page(self) -> TypesPage:
        """Return the page of types."""
        return self.page(TypesPage)


def run(scenario: Callable[[Driver], None], paths: Sequence[str] = ()) -> int:
    """Run a scenario in the real program; print its facts as one JSON line; return 0 where it went well."""
    facts: dict[str, Any] = {}
    failed = []

    class Driven(App):
        """The program, with the scenario for a person."""

        def exec(self) -> int:  # type: ignore[override]
            self.setQuitOnLastWindowClosed(False)
            driver = Driver(self, facts)
            try:
                driver.be_active()
                scenario(driver)
                _close(driver)
            except BaseException:  # noqa: BLE001 - printed, and the exit status says so
                failed.append(True)
                traceback.print_exc()
                if folder := os.environ.get("COLDPRESS_E2E_PICTURES"):
                    driver.photograph(Path(folder) / f"{scenario.__name__}.png")
                for window in list(self.windows):
                    window.close()
            return 1 if failed else 0

    app_module.App = Driven  # type: ignore[misc]
    status = app_module.main(list(paths), language="en")
    _check_log()
    print("FACTS " + json.dumps(facts), flush=True)
    return status


def _close(driver: Driver) -> None:
    """Close every window; fail where a thread, a worker, a timer or a task outlives them."""
    for window in list(driver.app.windows):
        window.close()
    driver.wait(lambda: not driver.app.windows, "the windows to be gone")
    driver.wait(lambda: not _left(), f"nothing to be left but {_left()}", patience=30)


def _left() -> list[str]:
    gc.collect()
    threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    timers = [
        f"timer of {type(timer.parent()).__name__}"
        for timer in gc.get_objects()
        if isinstance(timer, QTimer) and isValid(timer) and timer.isActive() and not _is_the_programs(timer)
    ]
    return [name for name in threads if not name.startswith("Dummy")] + timers


def _is_the_programs(timer: QTimer) -> bool:
    """Tell whether a timer may tick after the last window: the program's own does, and the driver's has no owner."""
    owner = timer.parent()
    while owner is not None and owner.parent() is not None:
        owner = owner.parent()
    return owner is None or isinstance(owner, App)


def _check_log() -> None:
    """Fail where Qt warned of something, or the program noted an error."""
    lines = log_path().read_text(encoding="utf-8").splitlines() if log_path().is_file() else []
    bad = [line for line in lines if _BAD.search(line) and not _OF_THE_MACHINE.search(line)]
    if bad:
        sys.exit("The log has warnings:\n" + "\n".join(bad))


def _middle(widget: QWidget) -> QPoint:
    """Return where to click: a check box is as wide as its page, and only its box and text take the click."""
    middle = widget.rect().center()
    return QPoint(8, middle.y()) if isinstance(widget, (QCheckBox, QRadioButton)) else middle


def _named(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return f"{type(widget).__name__} {widget.accessibleName() or (text() if callable(text) else '')!r}"


def _scroll_to(widget: QWidget) -> None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
