"""Operation or tensor: type a name and see what it is in the open graph."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.graph.graph import Graph
    from coldpress.graph.tensor_ref import TensorRef

_READERS = 6


class PointingLesson(QWidget):
    """A name, and what it names."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.words = QLineEdit(), Label(rich=True)
        self._graph: Graph | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        for widget in (self.field, self.words):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.field.textChanged.connect(self._show)
        self._retranslate()

    def show_graph(self, graph: Graph | None, name: str) -> None:
        """Speak of another graph, pointing at a node first."""
        if graph is not self._graph:
            self._graph = graph
            self.field.setText(name)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("x, x:0 or ^x"))
        self.field.setAccessibleName(self.tr("Name of an operation or of a tensor"))
        self._show()

    def _show(self) -> None:
        text = self.field.text().strip()
        if self._graph is None:
            self.words.setText(self.tr("Open a model to point at its nodes."))
        else:
            self.words.setText(self._words(self._graph, text) if text else "")

    def _words(self, graph: Graph, text: str) -> str:
        from coldpress.graph.op_defs import op_def, output_types
        from coldpress.graph.tensor_ref import TensorRef, is_control, operation_name

        name = operation_name(text)
        if name not in graph:
            return self.tr("<b>{name}</b> is not in the graph.").format(name=escape(name))
        node = graph[name]
        definition = op_def(node.op)
        count = len(output_types(node, definition)) if definition is not None else None
        shown = {"name": f"<b>{escape(name)}</b>", "op": escape(node.op)}
        if is_control(text):
            return self.tr(
                "<b>^</b> before a name is a control input: wait until the operation {name} ({op}) is done, and take "
                "nothing from it."
            ).format(**shown)
        if ":" not in text:
            return f"{self._operation(shown)}<br><br>{self._outputs(name, count)}"
        ref = TensorRef.parse(text)
        if count is not None and ref.output >= count:
            lacks = self.tr("{name} has no output {number}.").format(number=ref.output, **shown)
            return f"{lacks} {self._outputs(name, count)}"
        return self._tensor(graph, ref, shown)

    def _operation(self, shown: Mapping[str, str]) -> str:
        return self.tr(
            "{name} is an <b>operation</b>: a node of the graph, of the kind {op}. This is what "
            "<code>freeze_graph --output_node_names</code> wants."
        ).format(**shown)

    def _tensor(self, graph: Graph, ref: TensorRef, shown: Mapping[str, str]) -> str:
        readers = [reader for reader in graph.readers(ref.node) if ref in graph.data_inputs(reader)]
        sentence = self.tr(
            "{tensor} is a <b>tensor</b>: output {number} of the operation {name} ({op}). Nodes that read it: "
            "{readers}."
        )
        named = escape(", ".join(readers[:_READERS])) or self.tr("none")
        return sentence.format(tensor=f"<b>{escape(str(ref))}</b>", number=ref.output, readers=named, **shown)

    def _outputs(self, name: str, count: int | None) -> str:
        if not count:
            return self.tr("No tensor flows out of it.") if count is not None else ""
        tensors = ", ".join(f"<b>{escape(name)}:{number}</b>" for number in range(min(count, _READERS)))
        return self.tr("What flows out of it: {tensors}.").format(tensors=tensors)
