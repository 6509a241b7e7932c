"""The small parts that every page is made of: labels, buttons, cards, banners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from coldpress_gui.icons import icon, pixmap
from coldpress_gui.theme import GAP, MARGIN, SPACE, colours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QLayout

Role = Literal["plain", "title", "heading", "figure", "verdict", "muted", "small"]
Kind = Literal["plain", "good", "warning", "bad", "info"]
L = TypeVar("L", QHBoxLayout, QVBoxLayout)

ICON_OF_KIND = {"good": "check", "warning": "warning", "bad": "cross", "info": "info", "plain": "info"}


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and let the style sheet look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Label(QLabel):
    """A label that wraps and whose text can be selected; links are reachable by keyboard."""

    def __init__(self, role: Role = "plain", *, wrap: bool = True, rich: bool = False) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        if rich:
            flags |= Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(flags)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(
            QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum
        )

    def set_tone(self, tone: str) -> None:
        """Colour the text: "", "good", "warning", "bad" or "accent"."""
        set_property(self, "tone", tone)


class ElidedLabel(QLabel):
    """One line that is cut in the middle where it does not fit; the whole is in the tool tip."""

    def __init__(self, role: Role = "plain") -> None:
        super().__init__()
        self.setProperty("role", role)
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_full_text(self, text: str) -> None:
        """Show ``text``, as much of it as fits."""
        self._full = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    def full_text(self) -> str:
        """Return the text before cutting."""
        return self._full

    def resizeEvent(self, _event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, self.width()))


class Button(QPushButton):
    """A push button with an icon that follows the theme."""

    def __init__(self, icon_name: str = "", *, primary: bool = False, flat: bool = False) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.setProperty("primary", primary)
        self.setProperty("flat", flat)
        self.setAutoDefault(False)
        self.setIconSize(QSize(16, 16))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (event.Type.PaletteChange, event.Type.EnabledChange):
            self._tint()

    def _tint(self) -> None:
        if self._icon_name:
            now = colours()
            active = now.on_accent if self.property("primary") else now.accent
            self.setIcon(icon(self._icon_name, active if self.isEnabled() else now.disabled))


class IconButton(QToolButton):
    """A small button with an icon only; its name is said to screen readers and shown as tool tip."""

    def __init__(self, icon_name: str, *, checkable: bool = False) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.setCheckable(checkable)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tint()

    def set_name(self, name: str) -> None:
        """Say what the button does."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (event.Type.PaletteChange, event.Type.EnabledChange):
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon_name, colours().text if self.isEnabled() else colours().disabled))


class IconLabel(QLabel):
    """An icon in one of the theme's colours."""

    def __init__(self, name: str, role: str = "muted", size: int = 20) -> None:
        super().__init__()
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)
        self._tint()

    def set_icon(self, name: str, role: str) -> None:
        """Show another icon, or the same in another colour."""
        self._name, self._role = name, role
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setPixmap(pixmap(self._name, getattr(colours(), self._role), self._size, self.devicePixelRatioF()))


class Card(QFrame):
    """A quiet box that holds things which belong together; its heading is optional."""

    def __init__(self, *, heading: bool = True) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.body.setSpacing(SPACE)
        self.heading = Label("heading")
        # A widget without a parent must not be told to be visible: it would be a window for a moment.
        if heading:
            self.body.addWidget(self.heading)

    def set_kind(self, kind: Kind) -> None:
        """Colour the card by what it says."""
        set_property(self, "kind", kind)


class Banner(Card):
    """A verdict: icon, a few large words, a sentence, and what can be done about it."""

    def __init__(self) -> None:
        super().__init__(heading=False)
        self._icon = IconLabel("info", "muted", 28)
        self.verdict = Label("verdict")
        self.sentence = Label("plain", rich=True)
        self._actions = QHBoxLayout()
        # A layout without items has a greatest width of 0, and would hold its column to it.
        self._actions.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.verdict)
        texts.addWidget(self.sentence)
        texts.addLayout(self._actions)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.body.addLayout(row)

    def say(self, kind: Kind, verdict: str, sentence: str = "") -> None:
        """Show a verdict; ``sentence`` may hold links."""
        self.set_kind(kind)
        role = {"good": "good", "warning": "warning", "bad": "bad", "info": "accent"}.get(kind, "muted")
        self._icon.set_icon(ICON_OF_KIND[kind], role)
        self.verdict.setText(verdict)
        self.verdict.set_tone(role if kind != "plain" else "")
        self.verdict.setVisible(bool(verdict))
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        # What is read aloud is the text, without its markup.
        spoken = QTextDocumentFragment.fromHtml(sentence).toPlainText().replace("\n", " ")
        self.setAccessibleName(f"{verdict} {spoken}".strip())

    def set_actions(self, *buttons: tuple[str, Callable[[], object]]) -> None:
        """Offer buttons, in place of those before."""
        clear(self._actions)
        for text, action in buttons:
            button = Button()
            button.setText(text)
            button.clicked.connect(action)
            self._actions.addWidget(button)
        self._actions.addStretch(1)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class _Scrolled(QWidget):
    """What lies in a scroll area: as high as its width asks for.

    The least height of a wrapped label is that at its least width; a scroll area would leave that much room, and end in
    a stretch of nothing.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scrolling(content: QLayout) -> QScrollArea:
    """Return a layout in a scroll area that scrolls up and down only and shows the ground behind it."""
    inner = _Scrolled()
    inner.setProperty("scrolled", True)
    inner.setLayout(content)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    inner.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area


def beside(icon: QWidget, content: QLayout, *after: QWidget, spacing: int = SPACE) -> QHBoxLayout:
    """Return an icon at the top left of some content, and what comes after it."""
    layout = row(spacing=spacing)
    layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    layout.addLayout(content, 1)
    for widget in after:
        layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
    return layout


def row(*items: QWidget | int, spacing: int = SPACE) -> QHBoxLayout:
    """Return a row of widgets; a number is a stretch."""
    return _filled(QHBoxLayout(), items, spacing)


def column(*items: QWidget | int, spacing: int = SPACE) -> QVBoxLayout:
    """Return a column of widgets; a number is a stretch."""
    return _filled(QVBoxLayout(), items, spacing)


def _filled(layout: L, items: Iterable[QWidget | int], spacing: int) -> L:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for item in items:
        if isinstance(item, int):
            layout.addStretch(item)
        else:
            layout.addWidget(item)
    return layout
