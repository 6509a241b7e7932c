"""Page 4: shapes of the inputs, and how the result is to compute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout

from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress_gui.pages.page import Page, PageStatus
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Card, Label, clear
from coldpress_gui.widgets.input_row import InputFacts, InputRow
from coldpress_gui.widgets.path_field import PathField
from coldpress_gui.widgets.type_choice import TypeChoice

if TYPE_CHECKING:
    from coldpress.route import Derived
    from coldpress_gui.session import State

_INTEGER = frozenset({InferenceType.UINT8, InferenceType.INT8, InferenceType.INT16X8})
_CALIBRATED = frozenset({InferenceType.INT8, InferenceType.INT16X8})


class TypesPage(Page):
    """Inputs, type, data, options, name of the result."""

    step: ClassVar[StepId] = StepId.TYPES

    def build(self) -> None:
        self.inputs_card, self.type_card, self.data_card, self.output_card = Card(), Card(), Card(), Card()
        self.rows: list[InputRow] = []
        self._rows_for: tuple[Derived | None, bool] = (None, False)
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(GAP)
        self.inputs_card.body.addLayout(self._rows_layout)
        self.types = TypeChoice()
        self.type_card.body.addWidget(self.types)
        self._build_io()
        self._build_data()
        self.output = PathField("save", "*.tflite")
        self.output_card.body.addWidget(self.output)
        for card in (self.inputs_card, self.type_card, self.data_card, self.output_card):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._connect()

    def _build_io(self) -> None:
        self.input_type, self.output_type = QComboBox(), QComboBox()
        self._input_label, self._output_label = Label("muted", wrap=False), Label("muted", wrap=False)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(SPACE)
        for column, widget in enumerate((self._input_label, self.input_type, self._output_label, self.output_type)):
            grid.addWidget(widget, 0, column)
        grid.setColumnStretch(4, 1)
        self.type_card.body.addLayout(grid)
        self.select_ops, self.custom_ops = QCheckBox(), QCheckBox()
        self.type_card.body.addWidget(self.select_ops)
        self.type_card.body.addWidget(self.custom_ops)

    def _build_data(self) -> None:
        self.calibration, self.data = PathField("open"), PathField("open", "*.npz *.npy")
        self._calibration_label, self._data_label = Label("muted"), Label("muted")
        for widget in (self._calibration_label, self.calibration, self._data_label, self.data):
            self.data_card.body.addWidget(widget)

    def _connect(self) -> None:
        change = self.session.change
        self.types.chosen.connect(lambda kind: change(inference_type=InferenceType(kind)))
        self.input_type.activated.connect(lambda _i: change(inference_input_type=self.input_type.currentData()))
        self.output_type.activated.connect(lambda _i: change(inference_output_type=self.output_type.currentData()))
        self.select_ops.toggled.connect(lambda on: change(select_tf_ops=on))
        self.custom_ops.toggled.connect(lambda on: change(allow_custom_ops=on))
        self.calibration.edited.connect(lambda path: change(representative_data=path or None))
        self.data.edited.connect(lambda path: change(data=path or None))
        self.output.edited.connect(lambda path: change(output=path or None))

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Shapes and types"))
        self.lead_label.setText(self.tr("What goes in, how large, and in which numbers the result computes."))
        self.inputs_card.heading.setText(self.tr("Inputs"))
        self.type_card.heading.setText(self.tr("How the result computes"))
        self.data_card.heading.setText(self.tr("Data"))
        self.output_card.heading.setText(self.tr("Name of the result"))
        self._input_label.setText(self.tr("Inputs as"))
        self._output_label.setText(self.tr("Outputs as"))
        self.input_type.setAccessibleName(self.tr("Type of the inputs"))
        self.output_type.setAccessibleName(self.tr("Type of the outputs"))
        self.select_ops.setText(self.tr("Let TensorFlow’s own kernels fill gaps (select TF ops)"))
        self.custom_ops.setText(self.tr("Keep operations that TFLite does not know (custom ops)"))
        self._calibration_label.setText(
            self.tr("Representative data for calibration: .npy, .npz, or a folder of images")
        )
        self._data_label.setText(
            self.tr(
                "Data for the verification (.npz, optionally with labels); without it, random inputs in the valid range"
            )
        )
        choose = self.tr("Choose …")
        self.calibration.name(self.tr("Representative data"), choose)
        self.data.name(self.tr("Data for the verification"), choose)
        self.output.name(self.tr("Name of the result"), choose)

    def enter(self) -> None:
        fields = [field for entry in self.rows for field in entry.fields if field.isEnabled()]
        target = fields[0] if fields else self.types.buttons[InferenceType.FLOAT32]
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_forward(self) -> bool:
        """Write down what is shown, so that the run does what the page says."""
        self._store_inputs()
        self.session.change(output=self.output.field.text().strip() or None)
        return self.isComplete()

    def show_state(self, state: State) -> None:
        derived, recipe = state.derived, state.recipe
        if derived is None or recipe is None or state.model is None:
            self.publish(PageStatus())
            return
        kind = derived.choices.inference_type if recipe.inference_type is None else recipe.inference_type
        self._show_inputs(state, derived, quantized=self._inputs_are_integers(state, kind))
        self.types.show_choice(kind, self._misfits(state))
        self._show_io(kind, recipe.inference_input_type, recipe.inference_output_type)
        calibrated = kind in _CALIBRATED
        self._calibration_label.setVisible(calibrated)
        self.calibration.setVisible(calibrated)
        self.calibration.set_path(recipe.representative_data or "")
        self.data.set_path(recipe.data or "")
        self.output.set_path(recipe.output or str(default_output(recipe.source, kind)))
        for box, on in ((self.select_ops, recipe.select_tf_ops), (self.custom_ops, recipe.allow_custom_ops)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        self.publish(self._status(state, kind))

    def _status(self, state: State, kind: InferenceType) -> PageStatus:
        problems = [entry.problem() for entry in self.rows]
        if kind in _CALIBRATED and not (state.recipe and state.recipe.representative_data):
            problems.append(self.tr("{type} needs representative data.").format(type=kind))
        if kind in (reasons := self._misfits(state)):
            problems.append(reasons[kind])
        first = next((problem for problem in problems if problem), "")
        return PageStatus(valid=not first, error=first)

    def _misfits(self, state: State) -> dict[InferenceType, str]:
        """Return why a type does not fit this graph, for those that don't."""
        if state.model is None or state.model.read is None:
            return {}
        if not state.model.read.diagnosis.quantized:
            return {
                InferenceType.UINT8: self.tr("needs a graph from quantization-aware training; this one has no ranges")
            }
        reason = self.tr("this graph was trained for quantization and carries its own ranges")
        return dict.fromkeys(
            (InferenceType.INT8, InferenceType.INT16X8, InferenceType.DYNAMIC, InferenceType.FLOAT16), reason
        )

    def _inputs_are_integers(self, state: State, kind: InferenceType) -> bool:
        wanted = state.recipe.inference_input_type if state.recipe else None
        return kind is InferenceType.UINT8 and wanted in (None, IoType.UINT8)

    def _show_inputs(self, state: State, derived: Derived, *, quantized: bool) -> None:
        if self._rows_for[0] is derived and self._rows_for[1] is quantized:
            return
        self._rows_for = (derived, quantized)
        clear(self._rows_layout)
        self.rows = []
        for facts, choice in self._facts(state, derived):
            entry = InputRow(facts, choice, quantized=quantized)
            entry.edited.connect(self._store_inputs)
            self.rows.append(entry)
            self._rows_layout.addWidget(entry)

    def _facts(self, state: State, derived: Derived) -> list[tuple[InputFacts, InputChoice]]:
        known = {choice.tensor: choice for choice in (state.recipe.inputs if state.recipe else ())}
        result = []
        for ref, choice in zip(derived.eval_graph.inputs, derived.choices.input_choices, strict=True):
            node = derived.eval_graph.graph[ref.node]
            shape = _placeholder_shape(node)
            wanted = known.get(choice.tensor, choice)
            if wanted.shape is None and shape:
                # A free batch size is one at a time on a phone, unless the person says otherwise.
                wanted = InputChoice(wanted.tensor, (shape[0] or 1, *shape[1:]), wanted.mean, wanted.std)
            result.append((InputFacts(choice.tensor, _dtype(node), shape), wanted))
        return result

    def _store_inputs(self) -> None:
        if self.rows:
            self.session.change(inputs=tuple(entry.choice() for entry in self.rows))

    def _show_io(self, kind: InferenceType, chosen_in: IoType | None, chosen_out: IoType | None) -> None:
        offered = {
            InferenceType.UINT8: (IoType.UINT8, IoType.FLOAT32),
            InferenceType.INT8: (IoType.INT8, IoType.UINT8, IoType.FLOAT32),
            InferenceType.INT16X8: (IoType.INT16, IoType.FLOAT32),
        }.get(kind, (IoType.FLOAT32,))
        for box, chosen in ((self.input_type, chosen_in), (self.output_type, chosen_out)):
            box.clear()
            for entry in offered:
                box.addItem(str(entry), entry)
            box.setCurrentIndex(offered.index(chosen) if chosen in offered else 0)
            box.setEnabled(len(offered) > 1)


def default_output(source: str, kind: InferenceType) -> Path:
    """Return where the result goes unless told otherwise: in the working folder, named after the model."""
    place = Path(source)
    name = place.name if place.is_dir() else place.stem.split(".")[0]
    return Path.cwd() / f"{name or 'model'}_{kind}.tflite"


def _placeholder_shape(node: object) -> tuple[int | None, ...] | None:
    shape = node.attr["shape"].shape  # type: ignore[attr-defined]
    if shape.unknown_rank:
        return None
    return tuple(None if dim.size < 0 else dim.size for dim in shape.dim)


def _dtype(node: object) -> str:
    from coldpress.formats.tensors import dtype_name

    return dtype_name(node.attr["dtype"].type)  # type: ignore[attr-defined]
