"""Keeping what a run made on the way, so that the commands which name it can be run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from coldpress.errors import ColdpressError
from coldpress_gui.pages.papers import Papers, keep_everything, keep_for_commands
from coldpress_gui.words import language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldpress.pipeline.outcome import Outcome
    from coldpress_gui.session import Session


class Keeper(QObject):
    """Writes in the background; knows what lies on the disk already."""

    papers_changed = Signal(object)
    """``Papers`` whose commands name the folder that was written."""
    kept = Signal(object)
    """The folder (a ``Path``) that holds everything now."""
    commands_ready = Signal(object)
    """``Papers`` whose commands can be run: the files that they read are there."""
    problem_met = Signal(object)
    """A file could not be written."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._written: tuple[Outcome, Path] | None = None

    def save_everything(self, outcome: Outcome, papers: Papers, folder: Path) -> None:
        """Keep all that the run made in ``folder``; the commands name it from then on."""
        spoken = language()

        def done(commands: Any) -> None:
            self._written = (outcome, folder)
            self.papers_changed.emit(replace(papers, commands=commands, folder=folder))
            self.kept.emit(folder)

        self._work(lambda: keep_everything(outcome, folder, spoken), done)

    def prepare_commands(self, outcome: Outcome, papers: Papers) -> None:
        """Put the files that the commands read in place, unless they are there."""
        if self._written == (outcome, papers.folder) and (papers.folder / "frozen.pb").is_file():
            self.commands_ready.emit(papers)
            return

        def done(_nothing: Any) -> None:
            self._written = (outcome, papers.folder)
            self.commands_ready.emit(papers)

        self._work(lambda: keep_for_commands(outcome, papers.folder), done)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        task = self._session.tasks.run(lambda _listener, _cancel: work(), alone=True)
        task.succeeded.connect(done)
        task.failed.connect(self._failed)

    def _failed(self, error: BaseException) -> None:
        (self.problem_met if isinstance(error, ColdpressError) else self._session.crashed).emit(error)
