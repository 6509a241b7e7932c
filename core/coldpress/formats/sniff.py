"""Tells what a file is by looking at its content. The extension decides nothing; nothing here ever raises."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.formats.file_kind import FileKind
from coldpress.formats.mapped import map_file
from coldpress.formats.tfrecord import is_tfrecord
from coldpress.formats.wire import LENGTH, VARINT, Field, WireError, fields, read_field, read_varint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

SAVED_MODEL_NAMES = ("saved_model.pb", "saved_model.pbtxt")
TABLE_MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
DATA_NAME = re.compile(r"\.data-\d{5}-of-\d{5}$")

_HEAD = 4096
_SIGNATURES = (
    (b"\x89HDF\r\n\x1a\n", FileKind.KERAS_H5),
    (b"\x93NUMPY", FileKind.NUMPY),
    (b"\x1f\x8b", FileKind.GZIP),
    (b"\x89PNG", FileKind.IMAGE),
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"GIF8", FileKind.IMAGE),
    (b"BM", FileKind.IMAGE),
    (b"version https://git-lfs", FileKind.GIT_LFS),
)
_BY_FEW_BYTES = (FileKind.GZIP, FileKind.IMAGE)
_MESSAGES = (FileKind.GRAPH_DEF, FileKind.META_GRAPH, FileKind.SAVED_MODEL, FileKind.ONNX)
_TEXT_FIELDS = {
    FileKind.GRAPH_DEF_TEXT: {"node", "versions", "version", "library", "debug_info"},
    FileKind.META_GRAPH_TEXT: {
        "meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def", "asset_file_def",
        "object_graph_def",
    },
    FileKind.SAVED_MODEL_TEXT: {"saved_model_schema_version", "meta_graphs"},
    FileKind.CHECKPOINT_STATE: {
        "model_checkpoint_path", "all_model_checkpoint_paths", "all_model_checkpoint_timestamps",
        "last_preserved_timestamp",
    },
}  # fmt: skip
_FIRST_WORD = re.compile(r"(?:\s|#[^\n]*(?:\n|$))*([A-Za-z_]\w*)\s*[:{<]")
_OP_NAME = re.compile(rb"[A-Za-z0-9_.>/\-]{1,128}\Z")


def sniff(path: str | PathLike[str]) -> FileKind:
    """Return what lies at ``path``; ``UNKNOWN`` where it cannot be told or read."""
    place = Path(path)
    try:
        if place.is_dir():
            return FileKind.SAVED_MODEL_DIR if saved_model_file(place) else FileKind.FOLDER
        if not place.exists():
            return FileKind.MISSING
        return _kind_of(map_file(place), place)
    except (OSError, ValueError, InputError):
        return FileKind.UNKNOWN


def stand_in(path: str | PathLike[str]) -> str | None:
    """Return the code of an error that says what stands in the place of a file; None where that cannot be told.

    Downloads that failed leave these: an empty file, a web page, the pointer of Git LFS.
    """
    kind = sniff(path)
    return f"formats.is_{kind}" if kind in (FileKind.EMPTY, FileKind.GIT_LFS, FileKind.HTML) else None


def saved_model_file(folder: Path) -> Path | None:
    """Return the file that makes a folder a SavedModel, if it is there."""
    return next((folder / name for name in SAVED_MODEL_NAMES if (folder / name).is_file()), None)


def _kind_of(data: memoryview, path: Path) -> FileKind:
    if not len(data):
        return FileKind.EMPTY
    if data[-8:] == TABLE_MAGIC:
        return _kind_of_table(data)
    head = bytes(data[:_HEAD])
    kind = _by_signature(head, path) or _kind_of_text(head)
    if kind is None and is_tfrecord(data):
        kind = FileKind.EVENT_FILE
    kind = kind or _kind_of_message(data)
    if DATA_NAME.search(path.name) and _may_be_tensors(kind, data):
        return FileKind.CHECKPOINT_DATA
    return kind or FileKind.UNKNOWN


def _may_be_tensors(kind: FileKind | None, data: memoryview) -> bool:
    """Tell whether a kind may be mere chance: raw tensor bytes look like anything, so here the name has its say.

    One checkpoint in three hundred starts like a graph; but none is one to its end.
    """
    if kind in _MESSAGES:
        return not _is_message_to_its_end(data)
    return kind in (None, FileKind.TEXT, *_BY_FEW_BYTES)


def _by_signature(head: bytes, path: Path) -> FileKind | None:
    if head[4:8] == b"TFL3":
        return FileKind.TFLITE
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


def _kind_of_zip(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return FileKind.ZIP
    if {"config.json", "metadata.json"} <= names:
        return FileKind.KERAS_ZIP
    return FileKind.NUMPY if names and all(name.endswith(".npy") for name in names) else FileKind.ZIP


def _kind_of_table(data: memoryview) -> FileKind:
    """Tell a V2 index from a V1 checkpoint by the first value of the first block: BundleHeader or SavedTensorSlices.

    The first entry of either has the empty key: shared 0, unshared 0, length, value.
    """
    first = bytes(data[:16])
    if first[:2] != b"\0\0":
        return FileKind.UNKNOWN
    try:
        length, value = read_varint(first, 2, len(first))
    except WireError:
        return FileKind.UNKNOWN
    # SavedTensorSlices.meta is field 1 with a length; BundleHeader starts with a number (field 1 or 2) or its version.
    return FileKind.CHECKPOINT_V1 if length and first[value] == 1 << 3 | LENGTH else FileKind.CHECKPOINT_INDEX


def _kind_of_text(head: bytes) -> FileKind | None:
    """Return the kind of a text file; None where this is no text."""
    if b"\0" in head:
        return None
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or len(head) < _HEAD:
            return None
        text = head[: error.start].decode("utf-8-sig")
    if sum(character < " " and character not in "\t\r\n\f" for character in text) > 0:
        return None
    start = text.lstrip()[:64].lower()
    if start.startswith(("<!doctype html", "<html")):
        return FileKind.HTML
    if start.startswith(("{", "[")):
        return FileKind.JSON
    found = _FIRST_WORD.match(text)
    word = found.group(1) if found else ""
    return next((kind for kind, words in _TEXT_FIELDS.items() if word in words), FileKind.TEXT)


def _kind_of_message(data: memoryview) -> FileKind | None:
    """Return which protobuf message this is, by the shape of its first fields.

    GraphDef: 1 node. MetaGraphDef: 1 meta_info_def, 2 graph_def. SavedModel: 1 version number, 2 meta_graphs.
    """
    first: dict[int, Field] = {}
    for found in _readable_fields(data, 0, len(data), most=64):
        first.setdefault(found.number, found)
    one, two = first.get(1), first.get(2)
    if one is not None and one.wire == LENGTH and _is_node(data, one):
        return FileKind.GRAPH_DEF
    if one is not None and one.wire == VARINT:
        return _kind_of_numbered(data, two)
    if two is not None and two.wire == LENGTH and _is_graph(data, two):
        return FileKind.META_GRAPH
    if one is not None and one.wire == LENGTH and _is_meta_info(data, one):
        return FileKind.META_GRAPH
    return FileKind.GRAPH_DEF if one is None and _is_node_free_graph(first) else None


def _kind_of_numbered(data: memoryview, two: Field | None) -> FileKind | None:
    """Tell SavedModel from ONNX, which both start with a version number."""
    if two is None or two.wire != LENGTH:
        return None
    inner = next(_readable_fields(data, two.value, two.end, most=1), None)
    if inner is not None and inner.number in (1, 2) and inner.wire == LENGTH:
        return FileKind.SAVED_MODEL
    producer = bytes(data[two.value : min(two.end, two.value + 64)])
    return FileKind.ONNX if producer.isascii() and producer.decode("ascii").isprintable() else None


def _is_graph(data: memoryview, found: Field) -> bool:
    first = next(_readable_fields(data, found.value, found.end, most=1), None)
    return first is not None and first.number == 1 and first.wire == LENGTH and _is_node(data, first)


def _is_node(data: memoryview, found: Field) -> bool:
    """Tell whether a field holds a NodeDef: a name and an op, both strings, and nothing that a node lacks."""
    seen: dict[int, Field] = {}
    for inner in _readable_fields(data, found.value, found.end, most=64):
        if inner.number > 7 or inner.wire != LENGTH:
            return False
        seen.setdefault(inner.number, inner)
    op = seen.get(2)
    return op is not None and _OP_NAME.match(bytes(data[op.value : min(op.end, op.value + 129)])) is not None


def _is_meta_info(data: memoryview, found: Field) -> bool:
    """Tell whether a field holds a MetaInfoDef: a list of ops (2) or tags and versions (4, 5, 6), all with a length."""
    seen = list(_readable_fields(data, found.value, found.end, most=16))
    return bool(seen) and all(f.number <= 8 and (f.wire == LENGTH or f.number == 7) for f in seen)


def _is_node_free_graph(first: dict[int, Field]) -> bool:
    """Tell whether this is a GraphDef with versions or library only."""
    return bool(first) and set(first) <= {2, 3, 4, 5} and 4 in first and first[4].wire == LENGTH


def _readable_fields(data: memoryview, start: int, end: int, *, most: int) -> Iterator[Field]:
    """Yield the first fields of a message as far as they can be read; one that claims more than there is comes last."""
    for _ in range(most):
        if start >= end:
            return
        try:
            found = read_field(data, start, end)
        except WireError as error:
            cut = _cut_field(data, start, end) if error.truncated else None
            if cut is not None:
                yield cut
            return
        yield found
        start = found.end


def _is_message_to_its_end(data: memoryview) -> bool:
    try:
        for _ in fields(data):
            pass
    except WireError:
        return False
    return True


def _cut_field(data: memoryview, start: int, end: int) -> Field | None:
    """Return the field at ``start`` of a file cut short, as far as it is there."""
    try:
        tag, value = read_varint(data, start, end)
        if tag & 7 != LENGTH or not tag >> 3:
            return None
        _, value = read_varint(data, value, end)
    except WireError:
        return None
    return Field(tag >> 3, LENGTH, start, value, end)
