"""Files that a window opens and writes: the system's dialogs, recipes, problems with either in a box of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox

from coldpress.errors import ColdpressError
from coldpress_gui.places import documents
from coldpress_gui.words import error_words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from coldpress.recipe import Recipe
    from coldpress_gui.session import Session
    from coldpress_gui.settings import SettingsStore


class FileDialogs(QObject):
    """Asks, and tells what was chosen."""

    chosen = Signal(str)
    """The path of a model, its folder, or a recipe."""

    def __init__(self, window: QWidget, session: Session, settings: SettingsStore) -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, session, settings

    def choose_file(self) -> None:
        """Ask for a file of a model."""
        self._emit(QFileDialog.getOpenFileName(self._window, self.tr("Open a model"), self._folder())[0])

    def choose_folder(self) -> None:
        """Ask for the folder of a model."""
        self._emit(QFileDialog.getExistingDirectory(self._window, self.tr("Open a model’s folder"), self._folder()))

    def choose_recipe(self) -> None:
        """Ask for a recipe."""
        title, kinds = self.tr("Open a recipe"), self.tr("Recipes (*.toml)")
        self._emit(QFileDialog.getOpenFileName(self._window, title, self._folder(), kinds)[0])

    def save_recipe(self) -> None:
        """Ask where, and write every decision made so far; those of the result, where it is of these decisions."""
        outcome = self._session.state.outcome
        fresh = outcome is not None and not self._session.state.outcome_stale
        recipe = outcome.recipe if outcome is not None and fresh else self._session.recipe
        if recipe is None:
            return
        title, kinds = self.tr("Save the recipe"), self.tr("Recipes (*.toml)")
        start = str(Path(self._folder()) / "recipe.toml")
        path, _kind = QFileDialog.getSaveFileName(self._window, title, start, kinds)
        if path:
            self.write_recipe(recipe, Path(path))

    def open_recipe(self, path: Path, **changes: object) -> None:
        """Read a recipe in the background and begin with it, some decisions changed."""
        engine = self._session.engine
        task = self._session.tasks.run(lambda _listener, _cancel: engine.read_recipe(path), alone=True)
        task.succeeded.connect(lambda recipe: self._session.open_recipe(recipe.with_(**changes)))
        task.failed.connect(self.say_problem)

    def write_recipe(self, recipe: Recipe, path: Path) -> None:
        """Write a recipe."""
        from coldpress.recipe_file import write_recipe

        try:
            write_recipe(recipe, path)
        except ColdpressError as error:
            self.say_problem(error)

    def say_problem(self, error: BaseException) -> None:
        """Say in a box what went wrong with a file; what nobody foresaw goes to the dialog for that."""
        if not isinstance(error, ColdpressError):
            self._session.crashed.emit(error)
            return
        words = error_words(error)
        box = QMessageBox(QMessageBox.Icon.Warning, "Coldpress", words.message, parent=self._window)
        box.setInformativeText(words.remedy)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _emit(self, path: str) -> None:
        if path:
            self.chosen.emit(path)

    def _folder(self) -> str:
        return self._settings.value.last_folder or str(documents())
