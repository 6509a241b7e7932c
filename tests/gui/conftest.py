"""Fixtures for tests of the window: no display, no settings of the person, nothing left behind."""

from __future__ import annotations

import gc
import os
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
_HOME = Path(tempfile.mkdtemp(prefix="gui-tests-"))
for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
    os.environ[variable] = str(_HOME / variable.lower())
# What is saved without choosing a place goes to the person's documents.
os.environ["HOME"] = str(_HOME / "home")
(_HOME / "home" / "Documents").mkdir(parents=True)
# Temporary folders of these tests alone, so that what other programs leave is not taken for ours.
os.environ["TMPDIR"] = tempfile.tempdir = str(_HOME / "tmp")
Path(tempfile.tempdir).mkdir()

from PySide6.QtWidgets import QApplication  # noqa: E402
from shiboken6 import isValid  # noqa: E402

from coldpress_gui.app import App  # noqa: E402
from coldpress_gui.engine import Engine  # noqa: E402
from coldpress_gui.session import Session  # noqa: E402
from coldpress_gui.settings import SettingsStore  # noqa: E402
from coldpress_gui.window import Window  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.pipeline.survey import ShapeAnswer
    from coldpress.recipe import InputChoice

SAMPLE = Path(__file__).parents[2] / "resources" / "coldpress_resources" / "sample" / "train"


class ColdEngine(Engine):
    """The real engine, without starting TensorFlow ahead of time."""

    def warm(self) -> None:
        """Leave TensorFlow alone: these tests end before it would be ready."""

    def ask_shapes(self, eval_graph: EvalGraph, inputs: tuple[InputChoice, ...]) -> ShapeAnswer | None:
        """Know nothing, as long as TensorFlow is not there."""


class TestApp(App):
    """The real application, with settings in a temporary folder."""

    __test__ = False

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv, settings=SettingsStore(_HOME / "settings.toml"), language="en")


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return TestApp


@pytest.fixture
def app(qapp: QApplication, tmp_path: Path) -> Iterator[App]:
    """Return the application with fresh settings, in English."""
    assert isinstance(qapp, App)
    qapp.settings = SettingsStore(tmp_path / "settings.toml")
    qapp.languages.use("en")
    yield qapp
    qapp.languages.use("en")


@pytest.fixture
def window(app: App, qtbot: QtBot) -> Iterator[Window]:
    """Return an empty window."""
    window = Window(app, Session(ColdEngine()))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.files_page.drop_zone.hasFocus, timeout=180_000)
    yield window
    if isValid(window):
        window.close()


@pytest.fixture
def opened(window: Window, qtbot: QtBot) -> Window:
    """Return a window on the sample, with everything read."""
    window.open(str(SAMPLE))
    wait_idle(window, qtbot)
    return window


def wait_idle(window: Window, qtbot: QtBot, *, timeout: int = 180_000) -> None:
    """Wait until nothing runs in the background."""
    qtbot.waitUntil(lambda: not window.session.state.busy and not window.session.tasks.running, timeout=timeout)


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a thread, a child process, a window or a temporary folder behind."""
    before = _traces()
    yield
    for _ in range(50):
        qapp.sendPostedEvents(None, 0)
        qapp.processEvents()
        gc.collect()
        left = {kind: now - before[kind] for kind, now in _traces().items()}
        if not any(left.values()):
            return
        threading.Event().wait(0.05)
    assert not any(left.values()), f"left behind: {left}"


def _traces() -> dict[str, set[str]]:
    return {
        "threads": {f"{thread.name} {thread.ident}" for thread in threading.enumerate()},
        "processes": _children(),
        "windows": {
            f"{type(widget).__name__} {id(widget)}" for widget in QApplication.topLevelWidgets() if widget.isVisible()
        },
        "folders": {path.name for path in Path(tempfile.gettempdir()).glob("coldpress-*")},
    }


def _children() -> set[str]:
    """Return the child processes of this one (Linux; elsewhere none are seen)."""
    tasks = Path(f"/proc/{os.getpid()}/task")
    return {child for task in tasks.glob("*/children") for child in _read(task).split()}


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


@pytest.fixture
def idle() -> Callable[..., None]:
    """Return the function that waits for the background."""
    return wait_idle
