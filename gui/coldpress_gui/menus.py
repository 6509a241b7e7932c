"""The menus of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from coldpress_gui.i18n import NAMES
from coldpress_gui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from coldpress_gui.window import Window

_KEY = QKeySequence.StandardKey
translate = QCoreApplication.translate


class Menus:
    """Makes the menus of a window anew, which is also how they change their language."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.recent: QMenu | None = None
        self.build()

    def build(self) -> None:
        """Fill the menu bar."""
        bar = self._window.menuBar()
        bar.clear()
        self._file(bar.addMenu(translate("Menus", "&File")))
        self._view(bar.addMenu(translate("Menus", "&View")))
        self._go(bar.addMenu(translate("Menus", "&Go")))
        self._help(bar.addMenu(translate("Menus", "&Help")))

    def _add(
        self, menu: QMenu, text: str, action: Callable[[], object], keys: QKeySequence.StandardKey | str | None = None
    ) -> QAction:
        entry = menu.addAction(text)
        entry.triggered.connect(lambda _checked=False: action())
        if keys is not None:
            entry.setShortcut(QKeySequence(keys))
        return entry

    def _file(self, menu: QMenu) -> None:
        window = self._window
        self._add(menu, translate("Menus", "New window"), window.app.new_window, _KEY.New)
        self._add(menu, translate("Menus", "Open file…"), window.files.choose_file, _KEY.Open)
        self._add(menu, translate("Menus", "Open folder…"), window.files.choose_folder, "Ctrl+Shift+O")
        self.recent = menu.addMenu(translate("Menus", "Open recent"))
        self.recent.triggered.connect(lambda action: window.open(action.data()))
        self._add(menu, translate("Menus", "Try the sample"), window.open_sample)
        menu.addSeparator()
        self._add(menu, translate("Menus", "Open recipe…"), window.files.choose_recipe)
        self._add(menu, translate("Menus", "Save recipe…"), window.files.save_recipe, _KEY.Save)
        menu.addSeparator()
        self._add(menu, translate("Menus", "Close window"), window.close, _KEY.Close)
        quit_entry = self._add(menu, translate("Menus", "Quit"), window.app.closeAllWindows, _KEY.Quit)
        quit_entry.setMenuRole(QAction.MenuRole.QuitRole)
        self.show_recent(window.app.settings.value.recent)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """List the models opened before."""
        if self.recent is None:
            return
        self.recent.clear()
        for path in paths:
            self.recent.addAction(path.replace("&", "&&")).setData(path)
        self.recent.setEnabled(bool(paths))

    def _view(self, menu: QMenu) -> None:
        window = self._window
        learn = self._add(menu, translate("Menus", "Learn panel"), window.toggle_learn, "F9")
        learn.setCheckable(True)
        learn.setChecked(window.app.settings.value.learn_visible)
        languages = menu.addMenu(translate("Menus", "Language"))
        self._choices(
            languages,
            {"": translate("Menus", "As the system"), **NAMES},
            window.app.settings.value.language,
            window.app.set_language,
        )
        themes = menu.addMenu(translate("Menus", "Theme"))
        names = {
            Theme.SYSTEM: translate("Menus", "As the system"),
            Theme.LIGHT: translate("Menus", "Light"),
            Theme.DARK: translate("Menus", "Dark"),
        }
        self._choices(
            themes,
            {str(key): name for key, name in names.items()},
            window.app.settings.value.theme,
            window.app.set_theme,
        )

    def _choices(self, menu: QMenu, names: dict[str, str], current: str, choose: Callable[[str], None]) -> None:
        group = QActionGroup(menu)
        for key, name in names.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(key == current)
            action.triggered.connect(lambda _checked=False, key=key: choose(key))
            group.addAction(action)

    def _go(self, menu: QMenu) -> None:
        window = self._window
        self._add(menu, translate("Menus", "Back"), window.wizard.press_back, "Alt+Left")
        self._add(menu, translate("Menus", "Next"), window.wizard.press_next, "Alt+Right")
        menu.addSeparator()
        for number, title in enumerate(window.step_titles()):
            self._add(menu, title, lambda number=number: window.wizard.go_to(number), f"Ctrl+{number + 1}")  # type: ignore[misc]

    def _help(self, menu: QMenu) -> None:
        window = self._window
        self._add(menu, translate("Menus", "How to use Coldpress"), window.show_help, _KEY.HelpContents)
        self._add(menu, translate("Menus", "Learn on this file"), window.show_lessons, "Shift+F9")
        self._add(menu, translate("Menus", "Open the log file’s folder"), window.open_log)
        about = self._add(menu, translate("Menus", "About Coldpress"), window.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)
