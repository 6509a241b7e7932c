"""What a graph's file is made of, as a tree: the fields of a MetaGraphDef with what this one holds in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.formats.tensors import dtype_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.formats.graph_files import GraphFile
    from coldpress.formats.protos import MetaGraphDef

_SHOWN = 12
"""Entries of a list that are shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field by the name that the protobuf gives it, what is in it, and its own parts."""

    name: str
    value: str = ""
    parts: tuple[Part, ...] = ()


def anatomy(source: GraphFile) -> Part:
    """Return the parts of a file; a bare GraphDef has nothing but its graph."""
    graph = _graph(source)
    if source.meta is None:
        return graph
    message = source.meta.message
    rest = (_info(message), graph, _saver(message), _collections(message), _signatures(message), _assets(message))
    return Part("MetaGraphDef", parts=rest)


def _graph(source: GraphFile) -> Part:
    parts = source.parts
    return Part(
        "graph_def" if source.meta is not None else "GraphDef",
        parts=(
            _list("node", [f"{node.name} ({node.op})" for node in parts.nodes[:_SHOWN]], len(parts.nodes)),
            _list("library.function", [function.signature.name for function in parts.functions], len(parts.functions)),
            Part("versions.producer", str(parts.versions.producer)),
        ),
    )


def _info(message: MetaGraphDef) -> Part:
    info = message.meta_info_def
    operations = [op.name for op in info.stripped_op_list.op]
    return Part(
        "meta_info_def",
        parts=(
            Part("tensorflow_version", info.tensorflow_version),
            _list("tags", list(info.tags), len(info.tags)),
            _list("stripped_op_list.op", operations, len(operations)),
        ),
    )


def _saver(message: MetaGraphDef) -> Part:
    fields = message.saver_def.ListFields()
    return Part("saver_def", parts=tuple(Part(field.name, str(value)) for field, value in fields))


def _collections(message: MetaGraphDef) -> Part:
    parts = tuple(_collection(message, key) for key in sorted(message.collection_def))
    return Part("collection_def", str(len(parts)), parts)


def _collection(message: MetaGraphDef, key: str) -> Part:
    collection = message.collection_def[key]
    kind = collection.WhichOneof("kind") or ""
    values = getattr(collection, kind).value if kind else ()
    shown = [str(value) for value in values[:_SHOWN]] if kind != "bytes_list" else []
    return Part(key, f"{kind} × {len(values)}", tuple(Part(text) for text in shown))


def _signatures(message: MetaGraphDef) -> Part:
    parts = []
    for key in sorted(message.signature_def):
        signature = message.signature_def[key]
        tensors = [*_tensors("inputs", signature.inputs), *_tensors("outputs", signature.outputs)]
        parts.append(Part(key, signature.method_name, tuple(tensors)))
    return Part("signature_def", str(len(parts)), tuple(parts))


def _tensors(side: str, infos: object) -> Iterator[Part]:
    for name, info in sorted(infos.items()):  # type: ignore[attr-defined]
        yield Part(f"{side}[{name}]", f"{info.name} {dtype_name(info.dtype)}")


def _assets(message: MetaGraphDef) -> Part:
    return _list("asset_file_def", [asset.filename for asset in message.asset_file_def], len(message.asset_file_def))


def _list(name: str, texts: list[str], count: int) -> Part:
    more = (Part("…"),) if count > _SHOWN else ()
    return Part(name, str(count), (*(Part(text) for text in texts[:_SHOWN]), *more))
