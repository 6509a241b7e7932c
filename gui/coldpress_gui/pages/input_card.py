"""The inputs on page 4: shapes that are followed through the graph, and what the integers mean, with a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress.route.shapes import complete_choices, known_shapes
from coldpress_gui.pages.preview_check import PreviewCheck
from coldpress_gui.pages.shape_check import ShapeCheck
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Card, clear
from coldpress_gui.widgets.input_row import InputFacts, InputRow
from coldpress_gui.widgets.shape_note import ShapeNote

if TYPE_CHECKING:
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.pipeline.preview import Preview
    from coldpress.route.progress import Derived
    from coldpress_gui.session import Session, State


class InputCard(Card):
    """One row an input, and a line about their shapes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.rows: list[InputRow] = []
        self._rows_for: EvalGraph | None = None
        self._layout = QVBoxLayout()
        self._layout.setSpacing(GAP)
        self.shapes = ShapeNote()
        self.body.addLayout(self._layout)
        self.body.addWidget(self.shapes)
        self.shape_check, self.preview_check = ShapeCheck(session, self), PreviewCheck(session, self)
        self.shape_check.busy_changed.connect(lambda busy: self.shapes.show_busy(busy=busy))
        self.preview_check.ready.connect(self._show_previews)

    def show_inputs(self, state: State, derived: Derived, kind: InferenceType, *, stored_as_integers: bool) -> None:
        """Show the inputs; their meaning too where integers stand for real values, in the model or in the data."""
        if self._rows_for is not derived.eval_graph:
            self._build_rows(state, derived)
        needed = integers_go_in(state, kind)
        for entry, (_about, choice) in zip(self.rows, _facts(state, derived), strict=True):
            entry.show_choice(choice)
            entry.show_meaning(shown=needed or stored_as_integers, needed=needed)
        self.shape_check.look()
        outputs = tuple(str(ref) for ref in derived.eval_graph.outputs)
        self.shapes.show_answer(known_shapes(state), outputs)
        self.preview_check.look(wanted=needed or stored_as_integers)

    def close_down(self) -> None:
        """Ask no more: the window is closing."""
        self.shape_check.stop()
        self.preview_check.stop()

    def _build_rows(self, state: State, derived: Derived) -> None:
        self._rows_for = derived.eval_graph
        clear(self._layout)
        self.rows = []
        for facts, choice in _facts(state, derived):
            entry = InputRow(facts, choice)
            entry.edited.connect(self._store)
            self.rows.append(entry)
            self._layout.addWidget(entry)

    def _store(self) -> None:
        if self.rows:
            self._session.change(inputs=tuple(entry.choice() for entry in self.rows))

    def _show_previews(self, made: tuple[Preview, ...]) -> None:
        shown = made if len(made) == len(self.rows) else (None,) * len(self.rows)
        for entry, preview in zip(self.rows, shown, strict=True):
            entry.preview.show_preview(preview)


def integers_go_in(state: State, kind: InferenceType) -> bool:
    """Tell whether the model takes integers whose meaning only a person can say."""
    recipe = state.recipe
    trained = kind is InferenceType.UINT8 or (
        kind is InferenceType.INT8 and recipe is not None and not recipe.representative_data
    )
    wanted = recipe.inference_input_type if recipe else None
    return trained and wanted is not IoType.FLOAT32 and _has_trained_ranges(state, kind)


def _has_trained_ranges(state: State, kind: InferenceType) -> bool:
    """int8 of a graph without trained ranges is measured, as soon as there is data."""
    model = state.model
    quantized = model is not None and model.read is not None and model.read.diagnosis.quantized
    return kind is InferenceType.UINT8 or quantized


def _facts(state: State, derived: Derived) -> list[tuple[InputFacts, InputChoice]]:
    """Return each input: what the graph says of it, and what the run would take."""
    result = []
    for ref, original, choice in zip(
        derived.eval_graph.inputs, derived.choices.input_choices, complete_choices(state), strict=True
    ):
        node = derived.eval_graph.graph[ref.node]
        named = InputChoice(original.tensor, choice.shape, choice.mean, choice.std)
        result.append((InputFacts(original.tensor, _dtype(node), _placeholder_shape(node)), named))
    return result


def _placeholder_shape(node: object) -> tuple[int | None, ...] | None:
    shape = node.attr["shape"].shape  # type: ignore[attr-defined]
    if shape.unknown_rank:
        return None
    return tuple(None if dim.size < 0 else dim.size for dim in shape.dim)


def _dtype(node: object) -> str:
    from coldpress.formats.tensors import dtype_name

    return dtype_name(node.attr["dtype"].type)  # type: ignore[attr-defined]
