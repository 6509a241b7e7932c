"""What is inside the file that was made: its inputs and outputs as it states them, its operations by type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import column
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import shape, size

if TYPE_CHECKING:
    from coldpress.worker.requests import CheckedModel, TensorInfo


class InsideTab(QWidget):
    """Two tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tensors: Table[TensorInfo] = Table(min_rows=2, max_rows=12)
        self.operations: Table[tuple[str, int, int]] = Table(min_rows=3, max_rows=14)
        layout = column(self.tensors, self.operations, 1, spacing=GAP)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(layout)

    def retranslate(self) -> None:
        """Set the texts."""
        self.tensors.setAccessibleName(self.tr("Inputs and outputs of the result"))
        self.operations.setAccessibleName(self.tr("Operations of the result"))

    def show_file(self, checked: CheckedModel) -> None:
        """Show another file."""
        self._show_tensors(checked)
        self._show_operations(checked)

    def _show_tensors(self, checked: CheckedModel) -> None:
        directions = {tensor.index: self.tr("input") for tensor in checked.inputs}
        directions |= {tensor.index: self.tr("output") for tensor in checked.outputs}
        columns: tuple[Column[TensorInfo], ...] = (
            Column("", lambda tensor: directions[tensor.index]),
            Column(self.tr("Name"), lambda tensor: tensor.name, stretch=True),
            Column(self.tr("Type"), lambda tensor: tensor.dtype),
            Column(self.tr("Shape"), lambda tensor: shape(tensor.shape)),
            Column(self.tr("Scale"), lambda tensor: "–" if tensor.scale is None else f"{tensor.scale:.6g}", right=True),
            Column(
                self.tr("Zero point"),
                lambda tensor: "–" if tensor.zero_point is None else str(tensor.zero_point),
                right=True,
            ),
        )
        self.tensors.show_rows(columns, (*checked.inputs, *checked.outputs))

    def _show_operations(self, checked: CheckedModel) -> None:
        numbers = Counter(operation.name for operation in checked.operations)
        weights: Counter[str] = Counter()
        for operation in checked.operations:
            weights[operation.name] += operation.constant_bytes
        columns: tuple[Column[tuple[str, int, int]], ...] = (
            Column(self.tr("Operation"), lambda entry: entry[0], stretch=True),
            Column(self.tr("How many"), lambda entry: str(entry[1]), right=True),
            Column(self.tr("Weights"), lambda entry: size(entry[2]), right=True),
        )
        self.operations.show_rows(columns, [(name, number, weights[name]) for name, number in numbers.most_common()])
