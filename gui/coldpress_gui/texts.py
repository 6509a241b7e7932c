"""The two small dialogs of text: help and about."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from coldpress import __version__
from coldpress_gui.theme import GAP, MARGIN
from coldpress_gui.widgets.basics import Button, row

_STANDS_ON = ("tensorflow", "ai-edge-litert", "PySide6", "netron", "numpy")


class _TextDialog(QDialog):
    """A text and Close."""

    def __init__(self, parent: QWidget, title: str, html: str, close: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        text.setHtml(html)
        text.setAccessibleName(title)
        button = Button(primary=True)
        button.setText(close)
        button.setDefault(True)
        button.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addWidget(text)
        layout.addLayout(row(1, button))
        self.resize(560, 440)
        button.setFocus(Qt.FocusReason.OtherFocusReason)


class HelpDialog(_TextDialog):
    """How the program is used, in a page."""

    def __init__(self, parent: QWidget) -> None:
        steps = "".join(
            f"<li>{line}</li>"
            for line in (
                self.tr("Open any one of the model’s files, or its folder. Nothing in it is run."),
                self.tr("Look at what training left in the graph, and let Coldpress take it away."),
                self.tr("Choose where data goes in and where the answer comes out. The best guess is chosen already."),
                self.tr("Fill in open dimensions, and say what the numbers of the input mean."),
                self.tr("Convert. Cancel stops it at once, and nothing half-written is left."),
                self.tr("Read the verdict first. Then the picture, the numbers, the recipe."),
            )
        )
        keys = "".join(
            f"<tr><td><b>{key}</b></td><td style='padding-left: 16px'>{what}</td></tr>"
            for key, what in (
                ("Ctrl+O", self.tr("open a file")),
                ("Ctrl+F", self.tr("search the graph")),
                ("Alt+←  Alt+→", self.tr("back and next")),
                ("Ctrl+1 … Ctrl+6", self.tr("go to a step")),
                ("F9", self.tr("show or hide the learn panel")),
                ("F1", self.tr("this page")),
            )
        )
        title = self.tr("How to use Coldpress")
        super().__init__(parent, title, f"<h3>{title}</h3><ol>{steps}</ol><table>{keys}</table>", self.tr("Close"))


class AboutDialog(_TextDialog):
    """What the program is, and what it stands on."""

    def __init__(self, parent: QWidget) -> None:
        what = self.tr("From a TensorFlow 1.x training checkpoint to a .tflite file that is proven right.")
        private = self.tr("Opening a file never runs it, and nothing leaves this machine.")
        stands = "".join(f"<li>{name} {_version(name)}</li>" for name in _STANDS_ON)
        title = self.tr("About Coldpress")
        licence = self.tr("Licence: Apache-2.0")
        html = f"<h3>Coldpress {__version__}</h3><p>{what}</p><p>{private}</p><ul>{stands}</ul><p>{licence}</p>"
        super().__init__(parent, title, html, self.tr("Close"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
