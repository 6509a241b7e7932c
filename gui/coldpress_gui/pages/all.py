"""The pages in order, each made when it is first asked for. A new page is a new module and a branch here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from coldpress_gui.pages.page import Page
    from coldpress_gui.session import Session


class Pages(QObject):
    """One of each, by step. The first window waits for the first page alone; importing and making take a while."""

    made = Signal(object)
    """A page that was just made, before anybody has seen it."""
    completed = Signal()
    """All of them are there."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._pages: dict[StepId, Page] = {}

    def __getitem__(self, step: int) -> Page:
        """Return the page of a step, which is made now if need be."""
        key = StepId(step)
        if key not in self._pages:
            page = self._pages[key] = _page_class(key)(self._session)
            self.made.emit(page)
            if len(self._pages) == len(StepId):
                self.completed.emit()
        return self._pages[key]

    def so_far(self) -> tuple[Page, ...]:
        """Return the pages that were made."""
        return tuple(self._pages.values())

    def values(self) -> tuple[Page, ...]:
        """Return all pages in order, and make those that are missing."""
        return tuple(self[step] for step in StepId)

    def make_one(self) -> bool:
        """Make the first page that is missing; tell whether one was."""
        missing = next((step for step in StepId if step not in self._pages), None)
        if missing is None:
            return False
        self[missing]
        return True


def _page_class(step: StepId) -> type[Page]:
    match step:
        case StepId.FILES:
            from coldpress_gui.pages.files import FilesPage

            return FilesPage
        case StepId.EVAL_GRAPH:
            from coldpress_gui.pages.eval_graph import EvalGraphPage

            return EvalGraphPage
        case StepId.ENDPOINTS:
            from coldpress_gui.pages.endpoints import EndpointsPage

            return EndpointsPage
        case StepId.TYPES:
            from coldpress_gui.pages.types import TypesPage

            return TypesPage
        case StepId.CONVERT:
            from coldpress_gui.pages.convert import ConvertPage

            return ConvertPage
        case StepId.RESULT:
            from coldpress_gui.pages.result import ResultPage

            return ResultPage
