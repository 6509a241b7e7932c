"""The concept cards: one a page, filled with figures of the open file."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from coldpress_gui.steps import StepId
from coldpress_gui.words import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress_gui.session import State


@dataclass(frozen=True, slots=True)
class ConceptCard:
    """A title and a text in Qt's HTML; links are ``step:N`` (a page) or ``node:NAME``."""

    title: str
    html: str


def card_for(step: StepId, state: State) -> ConceptCard:
    """Return the card of a page."""
    return _CARDS[step](state)


def _paragraphs(*texts: str) -> str:
    return "".join(f'<p style="margin: 0 0 10px 0; line-height: 130%">{text}</p>' for text in texts if text)


def _files(state: State) -> ConceptCard:
    translate = QCoreApplication.translate
    here = ""
    if state.model is not None and state.model.read is not None:
        here = translate("Learn", "The graph opened here has {nodes} nodes.").format(
            nodes=count(len(state.model.read.graph))
        )
        if state.model.checkpoint is not None:
            more = translate("Learn", "Their values are apart, in a checkpoint of {variables} variables.")
            here += " " + more.format(variables=count(len(state.model.checkpoint.variables)))
    return ConceptCard(
        translate("Learn", "Graph, GraphDef, MetaGraphDef"),
        _paragraphs(
            translate("Learn", "A <b>Graph</b> lives in a running program: operations and the tensors between them."),
            translate("Learn", "Written down it is a <b>GraphDef</b>: the nodes and how they are joined, no weights."),
            translate(
                "Learn",
                "A <b>MetaGraphDef</b> (<code>.meta</code>) wraps a GraphDef and adds how to save and restore it "
                "(SaverDef), its collections and its signatures.",
            ),
            translate(
                "Learn", "A <b>checkpoint</b> is the opposite: values of variables, no structure. A model needs both."
            ),
            here,
        ),
    )


def _eval_graph(state: State) -> ConceptCard:
    translate = QCoreApplication.translate
    here = ""
    if state.derived is not None and state.model is not None and state.model.read is not None:
        here = translate("Learn", "Here {before} nodes become {after}.").format(
            before=count(len(state.model.read.graph)), after=count(len(state.derived.eval_graph.graph))
        )
    return ConceptCard(
        translate("Learn", "Why the eval graph"),
        _paragraphs(
            translate(
                "Learn", "A <b>train graph</b> holds more than the model: gradients, optimizer, dropout, input queues."
            ),
            translate(
                "Learn",
                "Batch normalization uses the statistics of the <i>batch</i> while training and <i>moving averages</i> "
                "afterwards. Frozen in training mode the model converts without an error, and its answers are wrong.",
            ),
            translate(
                "Learn", "The <b>eval graph</b> is the forward pass alone. It is the one to quantize and to freeze."
            ),
            here,
        ),
    )


def _endpoints(state: State) -> ConceptCard:
    translate = QCoreApplication.translate
    name = "x"
    if state.derived is not None and state.derived.choices.outputs:
        name = state.derived.choices.outputs[0].node
    shown = f"<i>{escape(name.rpartition('/')[2])}</i>"
    tensor = f"<i>{escape(name.rpartition('/')[2])}:0</i>"
    return ConceptCard(
        translate("Learn", "Operation or tensor?"),
        _paragraphs(
            translate("Learn", "An <b>operation</b> is a node of the graph: {operation}.").format(operation=shown),
            translate("Learn", "What flows out of it is a <b>tensor</b>: {tensor} is its first output.").format(
                tensor=tensor
            ),
            translate(
                "Learn",
                "<code>freeze_graph</code> wants operations (<code>--output_node_names</code>); so does "
                "<code>toco</code> (<code>--output_arrays</code>). A <code>:0</code> there gives the classic "
                "“is not in graph”. Here both are understood.",
            ),
        ),
    )


def _types(_state: State) -> ConceptCard:
    translate = QCoreApplication.translate
    return ConceptCard(
        translate("Learn", "Two ways to integers"),
        _paragraphs(
            translate(
                "Learn",
                "<b>Quantization-aware training</b> (QAT) practises with rounded numbers: the graph holds fake-quant "
                "nodes with learnt ranges. It converts to uint8 as it is.",
            ),
            translate(
                "Learn",
                "<b>Post-training quantization</b> (PTQ) measures the ranges afterwards, on data that looks like what "
                "the model will see.",
            ),
            translate("Learn", "<b>real = (integer − mean) / std</b> says what an integer at the input means."),
            translate("Learn", "The shape of the input must be the same from beginning to end."),
        ),
    )


def _convert(_state: State) -> ConceptCard:
    translate = QCoreApplication.translate
    return ConceptCard(
        translate("Learn", "Freeze, then press"),
        _paragraphs(
            translate(
                "Learn", "<b>Freezing</b> puts the checkpoint’s values into the graph: variables become constants."
            ),
            translate(
                "Learn",
                "<b>TOCO</b> turns the frozen graph into a <code>.tflite</code> file. It runs in a process of its own, "
                "so that a crash in it cannot take this window down.",
            ),
            translate("Learn", "Then both are given the same inputs and their answers are compared."),
        ),
    )


def _result(_state: State) -> ConceptCard:
    translate = QCoreApplication.translate
    return ConceptCard(
        translate("Learn", "Is it still as good?"),
        _paragraphs(
            translate("Learn", "Frozen graph and result got the same inputs. What they answered is compared here."),
            translate(
                "Learn",
                "A quantized output can only be one of 256 values. A small distance, counted in steps (LSB), is "
                "expected; what matters is that the answer (argmax) and the accuracy stay.",
            ),
            translate(
                "Learn", "A file that converts cleanly can still be wrong. That is why this page begins with numbers."
            ),
        ),
    )


_CARDS: dict[StepId, Callable[[State], ConceptCard]] = {
    StepId.FILES: _files,
    StepId.EVAL_GRAPH: _eval_graph,
    StepId.ENDPOINTS: _endpoints,
    StepId.TYPES: _types,
    StepId.CONVERT: _convert,
    StepId.RESULT: _result,
}
