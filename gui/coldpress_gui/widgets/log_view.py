"""The log of a run: what the child processes printed, the fatal line marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from coldpress_gui.theme import colours, mono

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINES = 5000


class LogView(QPlainTextEdit):
    """Read-only, fixed width, follows the end unless the person scrolled up. ``wrap``: no line is cut at the edge."""

    def __init__(self, *, wrap: bool = False) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setMaximumBlockCount(_LINES)
        self.setFont(mono(0.92))
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wrap else mode.NoWrap)
        self.setTabChangesFocus(True)

    def add_line(self, text: str) -> None:
        """Append a line."""
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - 4
        self.appendPlainText(text.rstrip("\n"))
        if following:
            bar.setValue(bar.maximum())

    def show_lines(self, lines: Iterable[str]) -> None:
        """Show these lines in place of those before."""
        self.setPlainText("\n".join(lines))

    def mark(self, text: str) -> None:
        """Find the last line that holds ``text``, mark it and scroll to it."""
        cursor = self.document().find(
            text, QTextCursor(self.document().lastBlock()), self.document().FindFlag.FindBackward
        )
        if cursor.isNull():
            return
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        style = QTextCharFormat()
        style.setBackground(colours().colour("bad_soft"))
        style.setForeground(colours().colour("bad"))
        cursor.setCharFormat(style)
        cursor.clearSelection()
        self.setTextCursor(cursor)
        self.centerCursor()
