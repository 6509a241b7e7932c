"""The pages in order. A new page is a new module and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress_gui.pages.convert import ConvertPage
from coldpress_gui.pages.endpoints import EndpointsPage
from coldpress_gui.pages.eval_graph import EvalGraphPage
from coldpress_gui.pages.files import FilesPage
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.pages.types import TypesPage

if TYPE_CHECKING:
    from coldpress_gui.pages.page import Page
    from coldpress_gui.session import Session

PAGES: tuple[type[Page], ...] = (FilesPage, EvalGraphPage, EndpointsPage, TypesPage, ConvertPage, ResultPage)


def make_pages(session: Session) -> tuple[Page, ...]:
    """Return one of each."""
    return tuple(page(session) for page in PAGES)
