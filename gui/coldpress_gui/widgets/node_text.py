"""A node's details in words: HTML with links to its neighbours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from PySide6.QtCore import QCoreApplication

from coldpress_gui.theme import colours
from coldpress_gui.words import shape as shape_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldpress.graph.node_details import InputTensor, NodeDetails, OutputTensor
    from coldpress_gui.widgets.graph_facts import GraphFacts

_LINKS = 40
translate = QCoreApplication.translate


def node_html(facts: GraphFacts, details: NodeDetails) -> str:
    """Return everything that the graph says of a node."""
    sections = (
        (translate("Node", "Outputs"), [_output(output) for output in details.outputs]),
        (translate("Node", "Reads"), [_input(facts, tensor) for tensor in details.inputs]),
        (translate("Node", "Read by"), _consumers(facts, details)),
        (translate("Node", "Waits for"), [_node(facts, name) for name in details.control_inputs]),
        (translate("Node", "Waited for by"), [_node(facts, name) for name in details.control_consumers]),
    )
    lists = "".join(_section(title, lines) for title, lines in sections)
    return _heading(facts, details) + lists + _attributes(details.attributes)


def _heading(facts: GraphFacts, details: NodeDetails) -> str:
    now = colours()
    scope, _, leaf = details.name.rpartition("/")
    above = f'<div style="color:{now.muted}">{escape(scope)}/</div>' if scope else ""
    notes = [escape(details.op)]
    if details.device:
        notes.append(escape(details.device))
    if details.name not in facts.needed:
        notes.append(translate("Node", "needed for training only"))
    return f'{above}<div><b>{escape(leaf)}</b></div><div style="color:{now.muted}">{" · ".join(notes)}</div>'


def _section(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown = [*lines[:_LINKS], "…"] if len(lines) > _LINKS else lines
    return _title(title) + "".join(f"<div>{line}</div>" for line in shown)


def _title(text: str) -> str:
    return f'<p style="margin: 10px 0 2px 0; color:{colours().muted}">{escape(text)}</p>'


def _output(output: OutputTensor) -> str:
    return f"<code>:{output.tensor.output}</code> {escape(_tensor_words(output))}"


def _input(facts: GraphFacts, tensor: InputTensor) -> str:
    if not tensor.present:
        missing = translate("Node", "not in the graph")
        return f'{escape(str(tensor.tensor))} <span style="color:{colours().bad}">{escape(missing)}</span>'
    words = _tensor_words(tensor) or facts.graph[tensor.tensor.node].op
    return f"{_link(tensor.tensor.node, str(tensor.tensor))} {_muted(words)}"


def _consumers(facts: GraphFacts, details: NodeDetails) -> list[str]:
    """Return who reads the node; which of its outputs is said where it has several."""
    several = len(details.outputs) > 1
    found: dict[str, list[str]] = {}
    for output in details.outputs:
        for consumer in output.consumers:
            found.setdefault(consumer.node, []).append(f":{output.tensor.output}")
    return [
        _node(facts, name) + (f" {_muted(', '.join(dict.fromkeys(numbers)))}" if several else "")
        for name, numbers in found.items()
    ]


def _node(facts: GraphFacts, name: str) -> str:
    if name not in facts.graph:
        return escape(name)
    return f"{_link(name, name)} {_muted(facts.graph[name].op)}"


def _tensor_words(tensor: InputTensor | OutputTensor) -> str:
    return f"{tensor.dtype} {shape_words(tensor.shape)}" if tensor.dtype else ""


def _link(node: str, text: str) -> str:
    return f'<a href="node:{quote(node)}" style="color:{colours().accent}">{escape(text)}</a>'


def _muted(text: str) -> str:
    return f'<span style="color:{colours().muted}">{escape(text)}</span>'


def _attributes(attributes: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><td style="color:{colours().muted}; padding-right: 10px">{escape(key)}</td><td>{escape(value)}</td></tr>'
        for key, value in attributes
    )
    return f'{_title(translate("Node", "Attributes"))}<table cellspacing="0">{rows}</table>' if rows else ""
