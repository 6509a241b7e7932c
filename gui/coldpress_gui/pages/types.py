"""Page 4: shapes of the inputs, and how the result is to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout

from coldpress.recipe import InferenceType, IoType
from coldpress.route.rules import input_findings
from coldpress.route.shapes import shape_findings
from coldpress.route.steps import page_for_code
from coldpress_gui.pages.input_card import InputCard
from coldpress_gui.pages.page import Page
from coldpress_gui.pages.sample_check import SampleCheck
from coldpress_gui.places import default_output
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Card, Label
from coldpress_gui.widgets.data_field import DataField
from coldpress_gui.widgets.default_ranges import DefaultRanges
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.path_field import PathField
from coldpress_gui.widgets.range_rows import RangeRows
from coldpress_gui.widgets.type_choice import TypeChoice
from coldpress_gui.words import finding_words

if TYPE_CHECKING:
    from coldpress.finding import Finding
    from coldpress.route.progress import Derived
    from coldpress_gui.session import State
    from coldpress_gui.widgets.input_row import InputRow

_CALIBRATED = frozenset({InferenceType.INT8, InferenceType.INT16X8})
_RANGED = frozenset({InferenceType.UINT8, InferenceType.INT8})
"""Types that TensorFlow's converter takes default ranges for."""


class TypesPage(Page):
    """Inputs, type, data, options, name of the result."""

    step: ClassVar[StepId] = StepId.TYPES

    def build(self) -> None:
        self.inputs_card = InputCard(self.session)
        self.type_card, self.data_card, self.output_card = Card(), Card(), Card()
        self.findings, self.ranges = FindingsList(), RangeRows()
        self.types = TypeChoice()
        self.type_card.body.addWidget(self.types)
        self._build_io()
        self.calibration, self.data = DataField("*.npz *.npy"), DataField("*.npz *.npy")
        self.data_card.body.addWidget(self.calibration)
        self.data_card.body.addWidget(self.data)
        self._calibration_check = SampleCheck(self.session, self.calibration)
        self._data_check = SampleCheck(self.session, self.data)
        self.output = PathField("save", "*.tflite")
        self.output_card.body.addWidget(self.output)
        for card in (self.inputs_card, self.type_card, self.findings, self.data_card, self.output_card):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._connect()

    @property
    def rows(self) -> list[InputRow]:
        """One an input."""
        return self.inputs_card.rows

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
        self.select_ops, self.custom_ops, self.default_ranges = QCheckBox(), QCheckBox(), DefaultRanges()
        for option in (self.ranges, self.select_ops, self.custom_ops, self.default_ranges):
            self.type_card.body.addWidget(option)

    def _connect(self) -> None:
        change = self.session.change
        self.types.chosen.connect(lambda kind: self._choose_type(InferenceType(kind)))
        self.input_type.activated.connect(lambda _i: self._choose_io("input"))
        self.output_type.activated.connect(lambda _i: self._choose_io("output"))
        self.select_ops.toggled.connect(lambda on: change(select_tf_ops=on))
        self.custom_ops.toggled.connect(lambda on: change(allow_custom_ops=on))
        self.default_ranges.edited.connect(lambda ends: change(default_ranges=ends))
        self.ranges.edited.connect(lambda ranges: change(ranges=ranges))
        for field, check in ((self.calibration, self._calibration_check), (self.data, self._data_check)):
            field.crop_changed.connect(lambda on: change(crop_images=on))
            check.looked.connect(self._show_rows)
        self.calibration.edited.connect(lambda path: change(representative_data=path or None))
        self.data.edited.connect(lambda path: change(data=path or None))
        self.output.edited.connect(lambda path: change(output=path or None))
        self.findings.node_clicked.connect(self.node_wanted)
        self.findings.accepted_changed.connect(self.session.accept)

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
        choose, folder = self.tr("Choose a file …"), self.tr("Choose a folder of images …")
        self.calibration.name(
            self.tr("Representative data for calibration: .npy, .npz, or a folder of images"),
            self.tr("Representative data"),
            choose,
            folder,
        )
        self.data.name(
            self.tr(
                "Data for the verification (.npz, optionally with labels); without it, random inputs in the valid range"
            ),
            self.tr("Data for the verification"),
            choose,
            folder,
        )
        self.output.name(self.tr("Name of the result"), choose)

    def enter(self) -> None:
        fields = [field for entry in self.rows for field in entry.fields if field.isEnabled()]
        target = fields[0] if fields else self.types.buttons[InferenceType.FLOAT32]
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_forward(self) -> bool:
        """Write down what is shown, so that the run does what the page says."""
        self.session.change(output=self.output.field.text().strip() or None)
        return self.isComplete()

    def close_down(self) -> None:
        self.inputs_card.close_down()
        self._calibration_check.stop()
        self._data_check.stop()

    def show_state(self, state: State) -> None:
        derived, recipe = state.derived, state.recipe
        if derived is None or recipe is None or state.model is None:
            return
        kind = recipe.inference_type or derived.choices.inference_type
        self._show_rows()
        reasons = {entry: finding_words(finding).message for entry, finding in derived.misfits.items()}
        self.types.show_choice(kind, reasons)
        self._show_io(kind, recipe.inference_input_type, recipe.inference_output_type)
        self.default_ranges.setVisible(kind in _RANGED)
        self.default_ranges.show_range(recipe.default_ranges)
        self.calibration.setVisible(kind in _CALIBRATED)
        self.ranges.show_ranges(recipe.ranges if kind in _RANGED else (), _lacking(derived))
        for field in (self.calibration, self.data):
            field.show_crop(recipe.crop_images)
        self.calibration.path.set_path(recipe.representative_data or "")
        self.data.path.set_path(recipe.data or "")
        self._calibration_check.look(recipe.representative_data if kind in _CALIBRATED else None)
        self._data_check.look(recipe.data)
        self.output.set_path(recipe.output or str(default_output(recipe.source, kind)))
        for box, on in ((self.select_ops, recipe.select_tf_ops), (self.custom_ops, recipe.allow_custom_ops)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        self.findings.show_findings(self._findings(state, derived), recipe.accept)

    def _findings(self, state: State, derived: Derived) -> tuple[Finding, ...]:
        """Return what is known against the choices of this page; missing values of inputs are said beside them."""
        known = [finding for finding in derived.findings if page_for_code(finding.code) is StepId.TYPES]
        beside = {"inputs.mean_std_missing", "convert.unknown_size"}
        return tuple(f for f in (*input_findings(state), *shape_findings(state), *known) if f.code not in beside)

    def _show_rows(self) -> None:
        """Show the inputs for the state and the data as they are."""
        state = self.session.state
        derived, recipe = state.derived, state.recipe
        if derived is None or recipe is None or state.model is None:
            return
        kind = recipe.inference_type or derived.choices.inference_type
        fields = (self.data, self.calibration) if kind in _CALIBRATED else (self.data,)
        stored = any(field.facts is not None and field.facts.integers for field in fields)
        self.inputs_card.show_inputs(state, derived, kind, stored_as_integers=stored)

    def _choose_type(self, kind: InferenceType) -> None:
        """Take a type; types of inputs and outputs that it cannot have, and a name made for another, are forgotten."""
        recipe, derived = self.session.recipe, self.session.state.derived
        if recipe is None or derived is None:
            return
        offered = _offered(kind)
        before = recipe.inference_type or derived.choices.inference_type
        named_by_us = recipe.output == str(default_output(recipe.source, before))
        self.session.change(
            inference_type=kind,
            output=None if named_by_us else recipe.output,
            inference_input_type=recipe.inference_input_type if recipe.inference_input_type in offered else None,
            inference_output_type=recipe.inference_output_type if recipe.inference_output_type in offered else None,
        )

    def _choose_io(self, side: str) -> None:
        """Take a type of inputs or outputs; a graph with trained ranges has one for both sides."""
        box = self.input_type if side == "input" else self.output_type
        chosen = IoType(box.currentData())
        both = self._one_for_both(self.session.state)
        changes = {f"inference_{name}_type": chosen for name in (("input", "output") if both else (side,))}
        self.session.change(**changes)

    @staticmethod
    def _one_for_both(state: State) -> bool:
        kind = state.recipe.inference_type if state.recipe else None
        kind = kind or (state.derived.choices.inference_type if state.derived else None)
        measured = bool(state.recipe and state.recipe.representative_data)
        return kind is InferenceType.UINT8 or (kind is InferenceType.INT8 and not measured)

    def _show_io(self, kind: InferenceType, chosen_in: IoType | None, chosen_out: IoType | None) -> None:
        offered = _offered(kind)
        for box, chosen in ((self.input_type, chosen_in), (self.output_type, chosen_out)):
            box.clear()
            for entry in offered:
                box.addItem(str(entry), entry)
            box.setCurrentIndex(offered.index(chosen) if chosen in offered else 0)
            box.setEnabled(len(offered) > 1)


def _offered(kind: InferenceType) -> tuple[IoType, ...]:
    from coldpress.worker.io_types import ALLOWED

    return ALLOWED[kind]


def _lacking(derived: Derived) -> tuple[str, ...]:
    """Return the tensors without a range that the findings name."""
    return next((finding.nodes for finding in derived.findings if finding.code == "quantization.uncovered"), ())
