"""What is inside the file that was made: its inputs and outputs as it states them, and what takes its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.bars import Bars
from coldpress_gui.widgets.basics import Label, column
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import shape, size

if TYPE_CHECKING:
    from coldpress.pipeline.sizes import LayerBytes, OperationBytes
    from coldpress.worker.requests.tflite import CheckedModel, TensorInfo

_BYTES = 2
"""The column with the bars, in both tables of sizes."""


class InsideTab(QWidget):
    """Three tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tensors: Table[TensorInfo] = Table(min_rows=2, max_rows=8)
        self.operations: Table[OperationBytes] = Table(min_rows=2, max_rows=20)
        self.layers: Table[LayerBytes] = Table(min_rows=2, max_rows=40)
        self.heads = (Label("heading"), Label("heading"), Label("heading"))
        self._most_of_a_kind = self._most_of_a_layer = 1
        kinds = Bars(self.operations, lambda kind: kind.nbytes / self._most_of_a_kind, _tone)
        layers = Bars(self.layers, lambda layer: layer.nbytes / self._most_of_a_layer)
        self.operations.setItemDelegateForColumn(_BYTES, kinds)
        self.layers.setItemDelegateForColumn(_BYTES, layers)
        layout = column(spacing=GAP)
        for head, table in zip(self.heads, self._tables(), strict=True):
            layout.addWidget(head)
            layout.addWidget(table)
        layout.addStretch(1)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(layout)

    def retranslate(self) -> None:
        """Set the texts."""
        names = (self.tr("Inputs and outputs"), self.tr("Size by operation"), self.tr("Size by layer"))
        for head, table, name in zip(self.heads, self._tables(), names, strict=True):
            head.setText(name)
            table.setAccessibleName(name)

    def _tables(self) -> tuple[QWidget, ...]:
        return (self.tensors, self.operations, self.layers)

    def show_file(self, checked: CheckedModel) -> None:
        """Show another file."""
        from coldpress.pipeline.sizes import OperationBytes, sizes_of

        self._show_tensors(checked)
        sizes = sizes_of(checked)
        structure = OperationBytes("", 0, sizes.structure)
        self._show_operations([*sizes.operations, structure])
        self._most_of_a_layer = max((layer.nbytes for layer in sizes.layers), default=1)
        columns: tuple[Column[LayerBytes], ...] = (
            # A fused layer is called after all that it was made of, the last first.
            Column(self.tr("Layer"), lambda layer: layer.tensor.partition(";")[0], stretch=True),
            Column(self.tr("Operation"), lambda layer: layer.operation),
            Column(self.tr("Weights"), lambda layer: size(layer.nbytes), stretch=True),
        )
        self.layers.show_rows(columns, sizes.layers)

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

    def _show_operations(self, kinds: list[OperationBytes]) -> None:
        self._most_of_a_kind = max(1, *(kind.nbytes for kind in kinds))
        structure = self.tr("structure: tables, names, metadata")
        columns: tuple[Column[OperationBytes], ...] = (
            Column(self.tr("Operation"), lambda kind: kind.operation or structure, stretch=True),
            Column(self.tr("How many"), lambda kind: str(kind.count or ""), right=True),
            Column(self.tr("Weights"), lambda kind: size(kind.nbytes), stretch=True),
        )
        self.operations.show_rows(columns, kinds)


def _tone(kind: OperationBytes) -> str:
    return "accent" if kind.operation else "idle"
