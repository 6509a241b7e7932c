"""A node in words: HTML for the details panel, the raw NodeDef text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from google.protobuf import text_format
from PySide6.QtCore import QCoreApplication

from coldpress.formats.tensors import dtype_name
from coldpress.graph.tensor_ref import TensorRef
from coldpress_gui.theme import colours
from coldpress_gui.words import shape as shape_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldpress.formats.protos import AttrValue, NodeDef
    from coldpress_gui.widgets.graph_facts import GraphFacts

_LINKS = 40
_RAW_CHARACTERS = 20_000
_LIST_ITEMS = 24
translate = QCoreApplication.translate


def node_html(facts: GraphFacts, name: str) -> str:
    """Return everything that the graph says of a node."""
    node = facts.graph[name]
    sections = (
        _heading(facts, node),
        _section(translate("Node", "Outputs"), _outputs(facts, name)),
        _section(translate("Node", "Reads"), _inputs(facts, name)),
        _section(translate("Node", "Read by"), _links(facts.graph.readers(name), facts)),
        _section(translate("Node", "Waits for"), _links(facts.graph.control_inputs(name), facts)),
        _section(translate("Node", "Attributes"), _attributes(node)),
    )
    return "".join(sections)


def raw_text(facts: GraphFacts, name: str) -> str:
    """Return the NodeDef as text, cut where it is very long; what lies in the file stays there."""
    text = text_format.MessageToString(facts.graph[name], as_utf8=True)
    return text if len(text) <= _RAW_CHARACTERS else text[:_RAW_CHARACTERS] + "\n…"


def _heading(facts: GraphFacts, node: NodeDef) -> str:
    now = colours()
    scope, _, leaf = node.name.rpartition("/")
    above = f'<div style="color:{now.muted}">{escape(scope)}/</div>' if scope else ""
    notes = [escape(node.op)]
    if node.device:
        notes.append(escape(node.device))
    if node.name not in facts.needed:
        notes.append(translate("Node", "needed for training only"))
    return f'{above}<div><b>{escape(leaf)}</b></div><div style="color:{now.muted}">{" · ".join(notes)}</div>'


def _section(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    body = "".join(f"<div>{line}</div>" for line in lines)
    return f'<p style="margin: 10px 0 2px 0; color:{colours().muted}">{escape(title)}</p>{body}'


def _outputs(facts: GraphFacts, name: str) -> list[str]:
    return [
        f"<code>:{number}</code> {escape(_tensor_words(facts, TensorRef(name, number)))}"
        for number in range(min(facts.types.outputs(name), _LINKS))
    ]


def _inputs(facts: GraphFacts, name: str) -> list[str]:
    refs = facts.graph.data_inputs(name)
    lines = [f"{_link(ref.node, str(ref))} {escape(_tensor_words(facts, ref))}" for ref in refs[:_LINKS]]
    return [*lines, "…"] if len(refs) > _LINKS else lines


def _tensor_words(facts: GraphFacts, ref: TensorRef) -> str:
    dtype = facts.types.dtype(ref) if facts.typed else None
    return f"{dtype} {shape_words(facts.types.shape(ref))}" if dtype else ""


def _links(names: Iterable[str], facts: GraphFacts) -> list[str]:
    all_names = tuple(names)
    lines = [
        f"{_link(name, name)} <span style='color:{colours().muted}'>{escape(facts.graph[name].op)}</span>"
        for name in all_names[:_LINKS]
        if name in facts.graph
    ]
    return [*lines, "…"] if len(all_names) > _LINKS else lines


def _link(node: str, text: str) -> str:
    return f'<a href="node:{quote(node)}" style="color:{colours().accent}">{escape(text)}</a>'


def _attributes(node: NodeDef) -> list[str]:
    return [
        f"<span style='color:{colours().muted}'>{escape(key)}</span> {escape(attribute_words(node.attr[key]))}"
        for key in sorted(node.attr)
    ]


def attribute_words(value: AttrValue) -> str:
    """Return an attribute's value as a person reads it."""
    kind = value.WhichOneof("value")
    match kind:
        case "type":
            return dtype_name(value.type)
        case "s":
            return value.s.decode("utf-8", "replace")
        case "shape":
            return shape_words(_sizes(value.shape))
        case "tensor":
            return f"{dtype_name(value.tensor.dtype)} {shape_words(_sizes(value.tensor.tensor_shape))}"
        case "func":
            return value.func.name
        case "list":
            return _list_words(value)
        case None:
            return ""
        case _:
            return str(getattr(value, kind))


def _list_words(value: AttrValue) -> str:
    entries = value.list
    items: list[str] = [
        *(item.decode("utf-8", "replace") for item in entries.s),
        *(str(item) for item in (*entries.i, *entries.f, *entries.b)),
        *(dtype_name(item) for item in entries.type),
        *(shape_words(_sizes(item)) for item in entries.shape),
    ]
    shown = ", ".join(items[:_LIST_ITEMS])
    return f"[{shown}, …]" if len(items) > _LIST_ITEMS else f"[{shown}]"


def _sizes(shape: object) -> tuple[int | None, ...] | None:
    if shape.unknown_rank:  # type: ignore[attr-defined]
        return None
    return tuple(None if dim.size < 0 else dim.size for dim in shape.dim)  # type: ignore[attr-defined]
