"""Page 3: where data goes in and where the answer comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from coldpress.graph.kinds import Kind, kind_of
from coldpress.graph.tensor_ref import TensorRef, operation_name
from coldpress.recipe import InputChoice
from coldpress_gui.pages.page import Page
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Card, Label, column, scrolling
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.graph_facts import INPUT_KINDS, GraphFacts, Hide, gather, with_types
from coldpress_gui.widgets.graph_view import GraphView
from coldpress_gui.widgets.histogram import ValueStatistics, statistics_of
from coldpress_gui.widgets.node_panel import NodePanel
from coldpress_gui.widgets.slots import Candidate, SlotCard
from coldpress_gui.words import code_words, count, counts, error_words, shape, size

if TYPE_CHECKING:
    from coldpress.graph.consequence import Consequence
    from coldpress.graph.graph import Graph
    from coldpress_gui.session import State
    from coldpress_gui.tasks import Task


_OPERATIONS = 8


class EndpointsPage(Page):
    """Tree on the left; slots, consequences and the selected node on the right."""

    step: ClassVar[StepId] = StepId.ENDPOINTS
    scrolls: ClassVar[bool] = False

    def build(self) -> None:
        self.inputs, self.outputs = SlotCard("op-input"), SlotCard("op-output")
        self.meaning, self.findings = Label(), FindingsList()
        self.graph_view = GraphView()
        self.node_panel = NodePanel(_cards(self.meaning, self.findings, margin=GAP))
        self._graph: Graph | None = None
        self._facts: GraphFacts | None = None
        self._hidden: frozenset[Hide] = frozenset()
        self._tasks: dict[str, Task] = {}
        self._lay_out_body()
        self._connect()

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
        across.setSizes([440, 340])
        right.setSizes([320, 240])
        self.body.addWidget(across, 1)

    def _connect(self) -> None:
        view = self.graph_view
        view.node_selected.connect(self._selected)
        view.node_activated.connect(self._choose)
        view.use_as_input.connect(self._use_as_input)
        view.use_as_output.connect(self._use_as_output)
        view.add_input.connect(self._add_input)
        view.add_output.connect(self._add_output)
        view.remove.connect(self._remove)
        view.hide_button.chosen.connect(self._hide)
        self.node_panel.node_clicked.connect(view.go)
        self.findings.node_clicked.connect(self._link)
        self.findings.accepted_changed.connect(self._accept)
        self.inputs.chosen.connect(self._use_as_input)
        self.outputs.chosen.connect(self._use_as_output)
        self.inputs.added.connect(self._add_input)
        self.outputs.added.connect(self._add_output)
        self.inputs.removed.connect(self._remove_input)
        self.outputs.removed.connect(self._remove_output)
        self.inputs.reset_wanted.connect(lambda: self.session.change(inputs=()))
        self.outputs.reset_wanted.connect(lambda: self.session.change(outputs=(), inputs=()))
        self.inputs.node_clicked.connect(self._link)
        self.outputs.node_clicked.connect(self._link)

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Inputs and outputs"))
        self.lead_label.setText(
            self.tr(
                "Choose where data goes in and where the answer comes out: double-click or Enter takes a node, "
                "Ctrl+Enter or dragging adds one, Delete takes it away again."
            )
        )
        self.inputs.heading.setText(self.tr("Inputs"))
        self.outputs.heading.setText(self.tr("Outputs"))

    def enter(self) -> None:
        self.graph_view.search.field.setFocus(Qt.FocusReason.OtherFocusReason)
        derived = self.session.state.derived
        if derived is not None and not self.graph_view.current_node() and derived.choices.outputs:
            self.reveal(derived.choices.outputs[0].node)

    def reveal(self, name: str) -> None:
        """Select a node in the tree."""
        self.graph_view.go(operation_name(unquote(name.removeprefix("node:"))))

    def close_down(self) -> None:
        for task in self._tasks.values():
            task.cancel()

    def hear_state(self, state: State) -> None:
        graph = state.model.read.graph if state.model and state.model.read else None
        if graph is not self._graph:
            self._graph = graph
            self._facts = None
            self.graph_view.set_facts(None)
            self._gather()

    def show_state(self, state: State) -> None:
        self._show_slots(state)
        self._show_meaning(state)

    def _gather(self) -> None:
        """Make the tree ready in the background, the types after it."""
        model, hidden = self.session.state.model, self._hidden
        if model is None or model.read is None:
            return
        graph = model.read.graph
        suggested = [entry.tensor.node for entry in model.read.endpoints.outputs]
        self._start("facts", lambda _l, cancel: gather(graph, suggested, hidden, cancel), self._gathered)

    def _gathered(self, facts: GraphFacts) -> None:
        if facts.graph is not self._graph:
            return
        self._facts = facts
        self.graph_view.set_facts(facts)
        self._show_slots(self.session.state)
        self._start("types", lambda _l, cancel: with_types(facts, cancel), self._refined)

    def _refined(self, facts: GraphFacts) -> None:
        if facts.graph is self._graph:
            self._facts = facts
            self.graph_view.refine(facts)
            self.node_panel.show_node(facts, self.graph_view.current_node())
            self._show_slots(self.session.state)

    def _start(self, name: str, work: Any, done: Any) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        task = self.session.tasks.run(work, alone=True)
        self._tasks[name] = task
        task.succeeded.connect(lambda result: done(result) if self._tasks.get(name) is task else None)
        task.failed.connect(self.session.crashed)
        task.finished.connect(lambda: self._tasks.pop(name, None) if self._tasks.get(name) is task else None)

    def _hide(self, hidden: frozenset[Hide]) -> None:
        self._hidden = hidden
        self._gather()

    def _show_slots(self, state: State) -> None:
        model, derived, recipe = state.model, state.derived, state.recipe
        if model is None or model.read is None or recipe is None:
            return
        chosen_in = (
            tuple(str(ref) for ref in derived.choices.inputs) if derived else tuple(c.tensor for c in recipe.inputs)
        )
        chosen_out = tuple(str(ref) for ref in derived.choices.outputs) if derived else recipe.outputs
        ends = model.read.endpoints
        self.inputs.show_candidates(self._candidates(chosen_in, ends.inputs), suggested=not recipe.inputs)
        self.outputs.show_candidates(self._candidates(chosen_out, ends.outputs), suggested=not recipe.outputs)
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
        if self._facts is None or not self._facts.typed:
            return ""
        ref = TensorRef.parse(name)
        dtype = self._facts.types.dtype(ref)
        return f"{dtype}  {shape(self._facts.types.shape(ref))}" if dtype else ""

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
            self.meaning.setText(self._meaning_words(len(state.model.graph), derived.consequence))

    def _meaning_words(self, before: int, result: Consequence) -> str:
        operations = [f"{op}\u00a0{number}" for op, number in result.operations.items()]
        shown = ", ".join(operations[:_OPERATIONS]) + (" …" if len(operations) > _OPERATIONS else "")
        lines = [
            self.tr("{kept} of {all} nodes are kept, {dropped} dropped").format(
                kept=count(result.kept), all=count(before), dropped=count(before - result.kept)
            ),
            counts.parameters(result.parameters) + self.tr(" · about {size} frozen").format(size=size(result.nbytes)),
            self.tr("operations: {list}").format(list=shown),
        ]
        if result.unknown:
            lines.append(
                self.tr("not counted, since their shapes are unknown: {names}").format(
                    names=", ".join(result.unknown[:_OPERATIONS])
                )
            )
        if result.unreached:
            lines.append(
                self.tr("the outputs do not depend on {names}").format(
                    names=", ".join(str(ref) for ref in result.unreached)
                )
            )
        return "\n".join(lines)

    def _selected(self, name: str) -> None:
        self.node_panel.show_node(self._facts, name)
        if self.graph_view.rows.hasFocus():
            self.node_panel.show_words()
        self._read_values(name)

    def _read_values(self, name: str) -> None:
        """Read a variable's values in the background; they may be large."""
        model = self.session.state.model
        if model is None or model.checkpoint is None or self._graph is None or name not in self._graph:
            return
        checkpoint = model.checkpoint
        place = model.match.saved.get(name) if model.match else None
        key = getattr(place, "key", name) if place is not None else name
        if kind_of(self._graph[name].op) is not Kind.VARIABLE or key not in checkpoint:
            return

        def work(_listener: object, _cancel: object) -> ValueStatistics | None:
            return statistics_of(checkpoint.read(key))

        self._start("values", work, lambda found: self._show_values(name, found))

    def _show_values(self, name: str, found: ValueStatistics | None) -> None:
        if self.graph_view.current_node() == name:
            self.node_panel.show_statistics(found)

    def _choose(self, name: str) -> None:
        """Take a node for what it looks like: a placeholder for an input, anything else for an output."""
        if self._graph is not None and kind_of(self._graph[name].op) in INPUT_KINDS:
            self._use_as_input(name)
        else:
            self._use_as_output(name)

    def _use_as_output(self, name: str) -> None:
        """Take this output and no other."""
        self._set_outputs((str(TensorRef.parse(name)),))

    def _use_as_input(self, name: str) -> None:
        """Take this input and no other."""
        self._set_inputs((InputChoice(str(TensorRef.parse(name))),))

    def _add_output(self, name: str) -> None:
        tensor = str(TensorRef.parse(name))
        others = tuple(entry for entry in self._current_outputs() if entry != tensor)
        self._set_outputs((*others, tensor))

    def _add_input(self, name: str) -> None:
        tensor = str(TensorRef.parse(name))
        others = tuple(choice for choice in self._current_inputs() if choice.tensor != tensor)
        self._set_inputs((*others, InputChoice(tensor)))

    def _remove_output(self, name: str) -> None:
        """Drop an output; without any, the suggestion counts again."""
        tensor = str(TensorRef.parse(name))
        self._set_outputs(tuple(entry for entry in self._current_outputs() if entry != tensor))

    def _remove_input(self, name: str) -> None:
        tensor = str(TensorRef.parse(name))
        self._set_inputs(tuple(choice for choice in self._current_inputs() if choice.tensor != tensor))

    def _remove(self, name: str) -> None:
        """Take a node off whichever list it is on."""
        tensor = str(TensorRef.parse(name))
        if tensor in self._current_outputs():
            self._remove_output(name)
        else:
            self._remove_input(name)

    def _set_outputs(self, outputs: tuple[str, ...]) -> None:
        self.session.change(outputs=outputs)
        self.node_panel.show_first()

    def _set_inputs(self, inputs: tuple[InputChoice, ...]) -> None:
        # What was said of a tensor's shape and meaning before stays said.
        known = {choice.tensor: choice for choice in self._current_inputs()}
        self.session.change(inputs=tuple(known.get(choice.tensor, choice) for choice in inputs))
        self.node_panel.show_first()

    def _current_outputs(self) -> tuple[str, ...]:
        derived, recipe = self.session.state.derived, self.session.recipe
        if recipe is not None and recipe.outputs:
            return tuple(str(TensorRef.parse(name)) for name in recipe.outputs)
        return tuple(str(ref) for ref in derived.choices.outputs) if derived else ()

    def _current_inputs(self) -> tuple[InputChoice, ...]:
        derived, recipe = self.session.state.derived, self.session.recipe
        if recipe is not None and recipe.inputs:
            return recipe.inputs
        return derived.choices.input_choices if derived else ()

    def _link(self, address: str) -> None:
        self.reveal(address)

    def _accept(self, code: str, on: bool) -> None:  # noqa: FBT001 - a Qt signal's argument
        recipe = self.session.recipe
        if recipe is not None:
            self.session.change(accept=recipe.accept | {code} if on else recipe.accept - {code})


def _cards(*widgets: QWidget, margin: int = 0) -> QScrollArea:
    """Return widgets one below the other in a scroll area."""
    layout = column(*widgets, 1, spacing=GAP)
    layout.setContentsMargins(margin, margin, max(margin, 6), margin)
    return scrolling(layout)
