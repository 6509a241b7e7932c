"""The window: menu, rail, ribbon, wizard, learn panel. It joins them and holds no decision of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QStyle, QVBoxLayout, QWidget

from coldpress.route.status import step_states
from coldpress_gui import overview
from coldpress_gui.file_dialogs import FileDialogs
from coldpress_gui.learn.panel import LearnPanel
from coldpress_gui.logs import log_path
from coldpress_gui.menus import Menus
from coldpress_gui.pages.all import Pages
from coldpress_gui.places import documents
from coldpress_gui.session import Session
from coldpress_gui.steps import StepId
from coldpress_gui.tab_order import order_tabs
from coldpress_gui.texts import AboutDialog, HelpDialog
from coldpress_gui.theme import GAP, MARGIN
from coldpress_gui.widgets.drop_zone import dropped_path
from coldpress_gui.widgets.rail import Rail
from coldpress_gui.widgets.ribbon import Ribbon
from coldpress_gui.wizard import Wizard

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent

    from coldpress_gui.app import App
    from coldpress_gui.pages.endpoints import EndpointsPage
    from coldpress_gui.pages.files import FilesPage
    from coldpress_gui.pages.page import Page
    from coldpress_gui.pages.result import ResultPage
    from coldpress_gui.session import State

_WIDE = 1180
"""Below this width the learn panel gives its room to the page."""
_START = (1280, 800)
_SMALLEST = (900, 600)


class Window(QMainWindow):
    """One model, from checkpoint to ``.tflite``."""

    def __init__(self, app: App, session: Session | None = None) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.app = app
        self._furthest = 0
        self._rearranged = QTimer(self, singleShot=True)
        self.session = session or Session(parent=self)
        self.pages = Pages(self.session, self)
        self.files_page = cast("FilesPage", self.pages[StepId.FILES])
        self.rail, self.ribbon, self.learn = Rail(len(StepId)), Ribbon(), LearnPanel()
        self.wizard = Wizard(self.pages)
        self.files = FileDialogs(self, self.session, app.settings)
        self._lay_out()
        self.menus = Menus(self)
        self._connect()
        self._restore()
        self._retranslate()
        self.files_page.set_recent(app.settings.value.recent)

    @property
    def endpoints_page(self) -> EndpointsPage:
        """The page with the tree."""
        return cast("EndpointsPage", self.pages[StepId.ENDPOINTS])

    def step_titles(self) -> tuple[str, ...]:
        """Return the names of the steps."""
        return overview.step_titles()

    def open(self, path: str) -> None:
        """Open the model (or the recipe) at ``path``."""
        if not path:
            return
        self._begin()
        if path.endswith(".toml"):
            self.files.open_recipe(Path(path))
        else:
            self.session.open(path)

    def open_sample(self) -> None:
        """Open the model that comes with the program."""
        # The program's own folder is no place for a result.
        self._begin()
        self.files.open_recipe(self.app.sample_recipe(), output=str(documents() / "digits.tflite"))

    def show_node(self, name: str) -> None:
        """Go to the tree and select a node."""
        self.wizard.go_to(StepId.ENDPOINTS)
        self.endpoints_page.reveal(name)

    def toggle_learn(self) -> None:
        """Show or hide the learn panel, and remember it."""
        self.app.settings.change(learn_visible=not self.app.settings.value.learn_visible)
        self._place_learn(asked=True)
        self.menus.build()

    def show_lessons(self) -> None:
        """Teach on the open file, in a window beside this one."""
        from coldpress_gui.learn.window import LearnWindow

        lessons = self.findChild(LearnWindow)
        if lessons is None:
            lessons = LearnWindow(self.session, self)
            self.endpoints_page.graph_view.node_selected.connect(lessons.point_at)
        lessons.show_lesson(StepId(max(0, self.wizard.currentId())))

    def show_help(self) -> None:
        """Say how the program is used."""
        HelpDialog(self).open()

    def show_about(self) -> None:
        """Say what the program is and what it stands on."""
        AboutDialog(self).open()

    def open_log(self) -> None:
        """Show where the log lies."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path().parent)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "menus"):
            self.menus.build()
            self._retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_learn()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only a window that is shown can give the focus to one of its widgets.
        QTimer.singleShot(0, self, self._focus_page)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open(dropped_path(event))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.app.settings.change(geometry=bytes(self.saveGeometry().toBase64().data()).decode("ascii"))
        for page in self.pages.so_far():
            page.close_down()
        self.session.close()
        super().closeEvent(event)

    def _focus_page(self) -> None:
        page = self.wizard.current_page()
        if page is not None:
            page.enter()

    def _order_tabs(self) -> None:
        page = self.wizard.current_page()
        if page is not None:
            order_tabs(page, *self.wizard.walking_buttons(), self.learn, self.rail)

    def _begin(self) -> None:
        self.wizard.go_to(StepId.FILES)
        self._furthest = 0

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        # QWizard keeps this distance around its pages; the ribbon lines up with them.
        inset = self.wizard.style().pixelMetric(QStyle.PixelMetric.PM_LayoutLeftMargin)
        above.setContentsMargins(inset, 0, inset, 0)
        above.addWidget(self.ribbon)
        middle = QVBoxLayout()
        middle.setContentsMargins(GAP, MARGIN, GAP, 4)
        middle.setSpacing(4)
        middle.addLayout(above)
        middle.addWidget(self.wizard, 1)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addLayout(middle, 1)
        across.addWidget(self.learn)
        central = QWidget()
        central.setLayout(across)
        self.setCentralWidget(central)
        self.setMinimumSize(*_SMALLEST)

    def _connect(self) -> None:
        session, files, dialogs = self.session, self.files_page, self.files
        session.changed.connect(self._show_state)
        session.changed.connect(self.wizard.prepare_pages)
        session.opened.connect(self._remember)
        session.crashed.connect(self.app.reporter.show_error)
        self.rail.step_clicked.connect(self.wizard.go_to)
        self.wizard.page_shown.connect(lambda _step: self._show_state(session.state))
        self.wizard.another_wanted.connect(lambda: self.wizard.go_to(StepId.FILES))
        self.learn.hide_wanted.connect(self.toggle_learn)
        self.learn.more_wanted.connect(self.show_lessons)
        dialogs.chosen.connect(self.open)
        files.file_wanted.connect(dialogs.choose_file)
        files.folder_wanted.connect(dialogs.choose_folder)
        files.sample_wanted.connect(self.open_sample)
        files.path_wanted.connect(self.open)
        for page in self.pages.so_far():
            self._connect_page(page)
        self.pages.made.connect(self._connect_page)
        self._rearranged.timeout.connect(self._order_tabs)
        session.changed.connect(self._rearranged.start)
        self.wizard.page_shown.connect(self._rearranged.start)

    def _connect_page(self, page: Page) -> None:
        page.go_to.connect(self.wizard.go_to)
        page.node_wanted.connect(self.show_node)
        page.rearranged.connect(self._rearranged.start)
        for stack in page.findChildren(QStackedWidget):
            # Tab bars turn the pages of a stack, too.
            stack.currentChanged.connect(self._rearranged.start)
        if page.step == StepId.ENDPOINTS:
            self._remember_view(cast("EndpointsPage", page))
        elif page.step == StepId.RESULT:
            result = cast("ResultPage", page)
            result.recipe_wanted.connect(self.files.save_recipe)
            result.problem_met.connect(self.files.say_problem)

    def _remember_view(self, page: EndpointsPage) -> None:
        """Let the next window search in the same way, in the same kind of list."""
        view, settings = page.graph_view, self.app.settings
        view.search.set_mode(settings.value.search_mode)
        view.flat.setChecked(settings.value.tree_flat)
        view.search.mode_chosen.connect(lambda mode: settings.change(search_mode=mode))
        view.flat.clicked.connect(lambda on: settings.change(tree_flat=on))

    def _remember(self, path: str) -> None:
        place = Path(path)
        self.app.settings.remember_recent(str(place))
        self.app.settings.change(last_folder=str(place if place.is_dir() else place.parent))
        self.files_page.set_recent(self.app.settings.value.recent)
        self.menus.show_recent(self.app.settings.value.recent)

    def _show_state(self, state: State) -> None:
        current = max(0, self.wizard.currentId())
        figures = overview.step_figures(state)
        self._furthest = max(self._furthest, current)
        states = step_states(state, current, self._furthest)
        for step, title in zip(StepId, overview.step_titles(), strict=True):
            words = overview.state_words(states[step])
            self.rail.show_step(step, title=title, state=states[step], figures=figures[step], words=words)
        self.rail.set_current(current)
        self.ribbon.show_stages(overview.stages(state, current))
        self.learn.show_card(StepId(current), state)
        name = Path(state.recipe.source).name if state.recipe else ""
        self.setWindowTitle(f"{name} – Coldpress" if name else "Coldpress")

    def _retranslate(self) -> None:
        self.rail.setAccessibleName(self.tr("Steps"))
        self._show_state(self.session.state)
        self.wizard.prepare_pages()

    def _restore(self) -> None:
        self.resize(*_START)
        saved = self.app.settings.value.geometry
        if saved:
            self.restoreGeometry(QByteArray.fromBase64(saved.encode("ascii")))
        self._place_learn()

    def _place_learn(self, *, asked: bool = False) -> None:
        """Show the learn panel where it is wanted and there is room, or where it was just asked for."""
        wanted = self.app.settings.value.learn_visible
        self.learn.setVisible(wanted and (asked or self.width() >= _WIDE))
