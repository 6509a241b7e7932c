"""Which kinds of node the tree leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QMenu

from coldpress_gui.widgets.basics import IconButton
from coldpress_gui.widgets.graph_facts import Hide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QAction


class HideButton(IconButton):
    """A button with a menu of kinds; it looks pressed while something is left out."""

    chosen = Signal(object)
    """The ``frozenset`` of kinds to hide."""

    def __init__(self) -> None:
        super().__init__("filter", checkable=True)
        self._actions: dict[Hide, QAction] = {}
        menu = QMenu(self)
        for kind in Hide:
            action = menu.addAction("")
            action.setCheckable(True)
            action.toggled.connect(self._toggled)
            self._actions[kind] = action
        self.setMenu(menu)
        self.setPopupMode(self.ToolButtonPopupMode.InstantPopup)
        self._retranslate()

    def hidden(self) -> frozenset[Hide]:
        """Return the kinds that are left out."""
        return frozenset(kind for kind, action in self._actions.items() if action.isChecked())

    def hide_kinds(self, kinds: Iterable[Hide]) -> None:
        """Leave these kinds out, and no others."""
        wanted = frozenset(kinds)
        for kind, action in self._actions.items():
            action.setChecked(kind in wanted)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _toggled(self) -> None:
        self._retranslate()
        self.chosen.emit(self.hidden())

    def _retranslate(self) -> None:
        names = {
            Hide.TRAIN: self.tr("Hide what only training needs"),
            Hide.CONSTANTS: self.tr("Hide constants"),
            Hide.IDENTITIES: self.tr("Hide identities"),
        }
        for kind, action in self._actions.items():
            action.setText(names[kind])
        said = [names[kind] for kind in Hide if kind in self.hidden()]
        self.setChecked(bool(said))
        self.set_name(" · ".join(said) or self.tr("Hide kinds of node"))
