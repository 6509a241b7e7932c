"""Page 3: where data goes in and where the answer comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from coldpress.graph.tensor_ref import TensorRef, operation_name
from coldpress_gui.pages.consequence_words import consequence_words
from coldpress_gui.pages.endpoint_choice import EndpointChoice
from coldpress_gui.pages.graph_study import GraphStudy
from coldpress_gui.pages.page import Page
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Card, Label, column, scrolling
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.graph_view import GraphView
from coldpress_gui.widgets.node_panel import NodePanel
from coldpress_gui.widgets.slots import Candidate, SlotCard
from coldpress_gui.words import code_words, error_words, shape

if TYPE_CHECKING:
    from coldpress_gui.session import State
    from coldpress_gui.widgets.graph_facts import GraphFacts
    from coldpress_gui.widgets.histogram import ValueStatistics


class EndpointsPage(Page):
    """Tree on the left; slots, consequences and the selected node on the right."""

    step: ClassVar[StepId] = StepId.ENDPOINTS
    scrolls: ClassVar[bool] = False

    def build(self) -> None:
        self.choice, self.study = EndpointChoice(self.session), GraphStudy(self.session, self)
        self.inputs, self.outputs = SlotCard("op-input"), SlotCard("op-output")
        self.meaning, self.findings = Label(), FindingsList()
        self.graph_view = GraphView()
        self.node_panel = NodePanel(_cards(self.meaning, self.findings, margin=GAP))
        self._lay_out_body()
        self._connect_view()
        self._connect_slots()

    def _lay_out_body(self) -> None:
        area = _cards(self.inputs, self.outputs)
        right, across = QSplitter(Qt.Orientation.Vertical), QSplitter(Qt.Orientation.Horizontal)
        node_card = Card(heading=False)
        node_card.body.setContentsMargins(1, 1, 1, 1)
        node_card.body.addWidget(self.node_panel)
        for splitter, parts in ((right, ((area, 3), (node_card, 2))), (across, ((self.graph_view, 5), (right, 4)))):
            for number, (part, stretch) in enumerate(parts):
                splitter.addWidget(part)
                splitter.setStretchFactor(number, stretch)
        for splitter in (right, across):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(GAP)
        across.setSizes([420, 360])
        right.setSizes([340, 220])
        self.body.addWidget(across, 1)

    def _connect_view(self) -> None:
        view, study, choice = self.graph_view, self.study, self.choice
        view.node_selected.connect(self._selected)
        for signal, action in (
            (view.node_activated, choice.choose),
            (view.use_as_input, choice.use_input),
            (view.use_as_output, choice.use_output),
            (view.add_input, choice.add_input),
            (view.add_output, choice.add_output),
            (view.remove, choice.remove),
        ):
            signal.connect(self._choosing(action))
        view.hide_button.chosen.connect(study.hide)
        self.node_panel.node_clicked.connect(view.go)
        study.began.connect(lambda: view.set_facts(None))
        study.gathered.connect(self._gathered)
        study.refined.connect(self._refined)
        study.values_read.connect(self._show_values)

    def _connect_slots(self) -> None:
        choice = self.choice
        for card, use, add, remove, suggest in (
            (self.inputs, choice.use_input, choice.add_input, choice.remove_input, choice.suggest_inputs),
            (self.outputs, choice.use_output, choice.add_output, choice.remove_output, choice.suggest_outputs),
        ):
            for signal, action in ((card.chosen, use), (card.added, add), (card.removed, remove)):
                signal.connect(self._choosing(action))
            card.reset_wanted.connect(suggest)
            card.rearranged.connect(self.rearranged)
            card.node_clicked.connect(self.reveal)
        self.findings.node_clicked.connect(self.reveal)
        self.findings.accepted_changed.connect(self.session.accept)

    def _choosing(self, action: Any) -> Any:
        """Return a slot that chooses, and brings what the choice means to the front."""

        def choose(name: str) -> None:
            action(name)
            self.node_panel.show_first()

        return choose

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Inputs and outputs"))
        self.lead_label.setText(
            self.tr("Double-click or Enter takes a node, Ctrl+Enter or dragging adds one, Delete takes it away again.")
        )
        self.inputs.heading.setText(self.tr("Inputs"))
        self.outputs.heading.setText(self.tr("Outputs"))

    def enter(self) -> None:
        self.graph_view.search.field.setFocus(Qt.FocusReason.OtherFocusReason)
        derived = self.session.state.derived
        if derived is not None and not self.graph_view.current_node() and derived.choices.outputs:
            self.reveal(derived.choices.outputs[0].node)

    def reveal(self, name: str) -> None:
        """Select a node in the tree; ``node:`` addresses of links are understood."""
        self.graph_view.go(operation_name(unquote(name.removeprefix("node:"))))

    def close_down(self) -> None:
        self.study.stop()

    def hear_state(self, state: State) -> None:
        self.study.hear(state)

    def show_state(self, state: State) -> None:
        self._show_slots(state)
        self._show_meaning(state)

    def _gathered(self, facts: GraphFacts) -> None:
        self.graph_view.set_facts(facts)
        self._show_slots(self.session.state)

    def _refined(self, facts: GraphFacts) -> None:
        self.graph_view.refine(facts)
        self.node_panel.show_node(facts, self.graph_view.current_node())
        self._show_slots(self.session.state)

    def _show_slots(self, state: State) -> None:
        if state.model is None or state.model.read is None:
            return
        chosen_in = tuple(choice.tensor for choice in self.choice.inputs())
        chosen_out = self.choice.outputs()
        ends = state.model.read.endpoints
        for card, chosen, offered, best in (
            (self.inputs, chosen_in, ends.inputs, ends.chosen_inputs),
            (self.outputs, chosen_out, ends.outputs, ends.chosen_outputs),
        ):
            suggested = not chosen or set(chosen) == {str(ref) for ref in best}
            card.show_candidates(self._candidates(chosen, offered), suggested=suggested)
        marks = {TensorRef.parse(name).node: "input" for name in chosen_in}
        marks |= {TensorRef.parse(name).node: "output" for name in chosen_out}
        self.graph_view.set_chosen(marks)

    def _candidates(self, chosen: tuple[str, ...], suggestions: Any) -> list[Candidate]:
        reasons = {str(entry.tensor): code_words(entry.reason, entry.facts) for entry in suggestions}
        names = [*chosen, *(name for name in reasons if name not in chosen)]
        return [
            Candidate(name, self._tensor_words(name), reasons.get(name, ""), chosen=name in chosen) for name in names
        ]

    def _tensor_words(self, name: str) -> str:
        facts = self.study.facts
        if facts is None or not facts.typed:
            return ""
        ref = TensorRef.parse(name)
        dtype = facts.types.dtype(ref)
        return f"{dtype}  {shape(facts.types.shape(ref))}" if dtype else ""

    def _show_meaning(self, state: State) -> None:
        derived = state.derived
        accepted = state.recipe.accept if state.recipe else frozenset()
        self.findings.show_findings(derived.findings if derived else (), accepted)
        error = state.problem(Job.DERIVE)
        if error is not None:
            words = error_words(error)
            self.meaning.setText(f"{words.message} {words.remedy}".strip())
        elif derived is None or state.model is None or Job.DERIVE in state.busy:
            self.meaning.setText(self.tr("Working it out …"))
        else:
            self.meaning.setText(consequence_words(len(state.model.graph), derived.consequence))

    def _selected(self, name: str) -> None:
        self.node_panel.show_node(self.study.facts, name)
        if self.graph_view.rows.hasFocus():
            self.node_panel.show_words()
        self.study.read_values(name)

    def _show_values(self, name: str, found: ValueStatistics | None) -> None:
        if self.graph_view.current_node() == name:
            self.node_panel.show_statistics(found)


def _cards(*widgets: QWidget, margin: int = 0) -> QScrollArea:
    """Return widgets one below the other in a scroll area."""
    layout = column(*widgets, 1, spacing=GAP)
    layout.setContentsMargins(margin, margin, max(margin, 6), margin)
    return scrolling(layout)
