"""What somebody hears and reaches who cannot see the window, or has no mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator


def nameless(root: QWidget) -> set[str]:
    """Return the visible controls below ``root`` that a screen reader has no name for."""
    return {
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in root.findChildren(QWidget)
        if widget.isVisible() and is_control(widget) and not _name(widget)
    }


def is_control(widget: QWidget) -> bool:
    """Tell whether Tab should stop at a widget."""
    inner = widget.objectName().startswith("qt_") or (
        isinstance(widget, QLineEdit) and isinstance(widget.parent(), QComboBox)
    )
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None and not inner


def tab_stops(window: QWidget, *, most: int = 300) -> list[QWidget]:
    """Press Tab until the first control has the focus again; return where it stopped, in order."""
    # The window puts its controls in order when it has a moment.
    QApplication.processEvents()
    return list(_stops(window, most))


def _stops(window: QWidget, most: int) -> Iterator[QWidget]:
    first = QApplication.focusWidget()
    assert first is not None
    yield first
    for _ in range(most):
        now = QApplication.focusWidget()
        assert now is not None
        QTest.keyClick(now, Qt.Key.Key_Tab)
        reached = QApplication.focusWidget()
        assert reached is not None
        if reached is first:
            return
        yield reached
    raise AssertionError(f"Tab never comes back; it is at {QApplication.focusWidget()} of {window}")


def _name(widget: QWidget) -> str:
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, (QAbstractButton, QLabel)):
        return widget.text()
    # A tab bar is named by its tabs.
    return "tabs" if type(widget).__name__ in {"QTabBar", "QTabWidget"} else ""
