"""Errors that no page foresaw: one dialog, and the window lives on."""

from __future__ import annotations

import platform
import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

from coldpress import __version__
from coldpress_gui.logs import LOG, log_path, without_private_paths
from coldpress_gui.theme import GAP, MARGIN, mono
from coldpress_gui.widgets.basics import Button, IconLabel, Label, column, row
from coldpress_gui.words import error_words

if TYPE_CHECKING:
    from types import TracebackType


def report_of(error: BaseException) -> str:
    """Return what can be sent to the makers: versions and the traceback, without a person's folders."""
    head = f"Coldpress {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return without_private_paths("\n".join((head, "", *traceback.format_exception(error))))


class ErrorDialog(QDialog):
    """A sentence, details on request, and a report to copy."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something went wrong"))
        words = error_words(error)
        self.report = report_of(error)
        self.sentence, hint = Label("heading"), Label("muted")
        self.sentence.setText(self.tr("Coldpress met an error that it did not foresee. Your files are as they were."))
        hint.setText(f"{words.message}\n{words.remedy}".strip())
        self.details = QPlainTextEdit(self.report)
        self.details.setReadOnly(True)
        self.details.setFont(mono(0.95))
        self.details.setAccessibleName(self.tr("Details"))
        self.details.setMinimumSize(560, 220)
        self.details.hide()
        self._lay_out(hint)

    def _lay_out(self, hint: Label) -> None:
        where = Label("small")
        where.setText(self.tr("The log is in {path}").format(path=log_path()))
        more, copy, close = Button(), Button("copy"), Button(primary=True)
        more.setText(self.tr("Details"))
        more.setCheckable(True)
        more.toggled.connect(self.details.setVisible)
        more.toggled.connect(lambda _on: self.adjustSize())
        copy.setText(self.tr("Copy report"))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.report))
        close.setText(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        texts = column(self.sentence, hint, where)
        top = row(IconLabel("warning", "bad", 32), spacing=MARGIN)
        top.setAlignment(Qt.AlignmentFlag.AlignTop)
        top.addLayout(texts, 1)
        layout = column(spacing=GAP)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addLayout(top)
        layout.addWidget(self.details, 1)
        layout.addLayout(row(more, copy, 1, close))
        self.setLayout(layout)
        self.setMinimumWidth(560)


class ErrorReporter(QObject):
    """Catches what nobody else did, in any thread, and shows one dialog at a time."""

    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dialog: ErrorDialog | None = None
        self._before = sys.excepthook
        # From another thread the signal is queued, so the dialog is always made in the GUI thread.
        self._caught.connect(self.show_error)

    def install(self) -> None:
        """Become the process's hook for exceptions."""
        sys.excepthook = self._hook

    def uninstall(self) -> None:
        """Give the hook back."""
        sys.excepthook = self._before

    @Slot(object)
    def show_error(self, error: BaseException) -> None:
        """Log an error and show it, unless one is shown already."""
        LOG.error("unforeseen", exc_info=error)
        if self.dialog is not None:
            return
        self.dialog = ErrorDialog(error, QApplication.activeWindow())
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    @Slot()
    def _closed(self) -> None:
        self.dialog = None

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            QApplication.quit()
            return
        self._caught.emit(error)
