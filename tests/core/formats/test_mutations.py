"""Every parser fed with spoilt files: it may refuse them with an ``InputError``, and do nothing else.

Files are cut, bytes flipped, pieces swapped, doubled and blanked. A reader that believes a length ends in a
MemoryError, struct.error, DecodeError or a hang sooner or later.
"""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from google.protobuf import text_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.formats.bundles import Bundle, table
from tests.core.formats.test_checkpoint import v1_table
from tests.core.formats.test_graph_files import events

from coldpress.errors import InputError
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.graph_files import read_graph
from coldpress.formats.model_files import find_model_files
from coldpress.formats.protos import BundleHeaderProto, Event, GraphDef, MetaGraphDef, SavedModel
from coldpress.formats.state_file import read_state
from coldpress.formats.tensors import from_array, to_array
from coldpress.graph.loading import graph_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MEMORY = 6 << 30
"""Bytes of address space that a test may take: a claim that is believed shows as a MemoryError."""

spoil = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def _bounded_memory() -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, limits)


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Draw a few changes to make to a file."""
    kinds = ("cut", "flip", "swap", "double", "blank", "byte", "drop", "varint")
    steps = draw(st.lists(st.tuples(st.sampled_from(kinds), *[st.floats(0, 0.9999)] * 3), min_size=1, max_size=4))

    def apply(content: bytes) -> bytes:
        for kind, first, second, third in steps:
            content = mutate(content, kind, first, second, third)
        return content

    return apply


def mutate(content: bytes, kind: str, first: float, second: float, third: float) -> bytes:
    if not content:
        return content
    at, other = sorted((int(first * len(content)), int(second * len(content))))
    size = 1 + int(third * 40)
    if kind == "swap":
        size = min(size, other - at)
        moved = content[other : other + size], content[at + size : other], content[at : at + size]
        return content[:at] + b"".join(moved) + content[other + size :]
    before, after = content[:at], content[at + 1 :]
    return {
        "cut": before,
        "flip": before + bytes([content[at] ^ 1 << int(third * 8)]) + after,
        "byte": before + bytes([int(third * 256)]) + after,
        "double": content[: at + size] + content[at:],
        "drop": before + content[at + size :],
        "varint": before + b"\xff" * int(third * 12) + b"\x7f" + after,
        "blank": before + bytes(min(size, len(content) - at)) + content[at + size :],
    }[kind]


def small_graph() -> GraphDef:
    graph = GraphDef(node=[{"name": "scope/x", "op": "Placeholder"}, {"name": "w", "op": "Const"}])
    graph.node[0].attr["shape"].shape.dim.add(size=-1)
    graph.node[1].attr["value"].tensor.CopyFrom(from_array(np.arange(2000, dtype=np.float32)))
    graph.node.add(name="y", op="Add", input=["scope/x", "w:0", "^w"])
    names = graph.node.add(name="names", op="Const")
    names.attr["value"].tensor.CopyFrom(from_array(np.array([b"a", b"bc"], object)))
    function = graph.library.function.add()
    function.signature.name = "f"
    function.node_def.add(name="z", op="NoOp")
    graph.versions.producer = 27
    return graph


def small_meta() -> MetaGraphDef:
    meta = MetaGraphDef(graph_def=small_graph(), meta_info_def={"tags": ["serve"]})
    meta.collection_def["variables"].bytes_list.value.append(b"\x0a\x03w:0")
    meta.collection_def["train_op"].node_list.value.append("y")
    meta.signature_def["serving_default"].inputs["x"].name = "scope/x:0"
    return meta


GRAPHS: dict[str, bytes] = {
    "graph": small_graph().SerializeToString(),
    "meta": small_meta().SerializeToString(),
    "saved_model": SavedModel(saved_model_schema_version=1, meta_graphs=[small_meta()]).SerializeToString(),
    "events": events(Event(graph_def=small_graph().SerializeToString()), Event(step=3)),
    "text": text_format.MessageToString(small_meta()).encode(),
}


def read_everything(path: Path) -> None:
    """Read a graph and every value in it, as the engine would."""
    found = read_graph(path)
    graph = graph_from(found.parts)
    for node in graph:
        value = graph.attribute(node.name, "value")
        if value is not None and value.HasField("tensor"):
            to_array(value.tensor)
    if found.meta is not None:
        found.meta.variables()
        assert found.meta.collections is not None


@pytest.mark.filterwarnings("ignore:.*invalid.*escape sequence:DeprecationWarning")
@pytest.mark.parametrize("kind", GRAPHS)
@given(change=mutations())
@spoil
def test_a_spoilt_graph_is_read_or_refused(tmp_path: Path, kind: str, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "graph"
    path.write_bytes(change(GRAPHS[kind]))
    try:
        read_everything(path)
    except InputError as error:
        assert error.code.split(".")[0] in ("formats", "graph")  # noqa: PT017 - most spoilt files are refused


@given(change=mutations())
@spoil
def test_real_graphs_are_no_different(fixtures: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    for name in ("model.ckpt-7.meta", "eval_graph.pb"):
        path = tmp_path / name
        path.write_bytes(change((fixtures / "broken/good" / name).read_bytes()))
        try:
            read_everything(path)
        except InputError as error:
            assert error.path == str(path) or error.path is None  # noqa: PT017


def bundle(folder: Path) -> Path:
    """Write a V2 checkpoint of several kinds of variable."""
    made = Bundle(shards=2)
    made.add("a/w", np.arange(500, dtype=np.float32))
    made.add("a/x", np.arange(6, dtype=np.int64).reshape(2, 3), shard=1)
    made.add("b", np.ones((), bool), shard=1)
    strings = made.add("s", np.zeros(0, np.uint8))
    content = b"\1\2" + (masked(crc32c(b"\1\0\0\0\2\0\0\0"))).to_bytes(4, "little") + b"abc"
    crc = crc32c(content[2:], crc32c(b"\1\0\0\0\2\0\0\0"))
    strings.dtype, strings.size, strings.crc32c, strings.offset = 7, len(content), masked(crc), len(made.data[0])
    del strings.shape.dim[:]
    strings.shape.dim.add(size=2)
    made.data[0] += content
    made.write(folder / "m")
    return folder / "m"


def read_checkpoint(prefix: Path) -> None:
    """Read every variable in every way."""
    checkpoint = open_checkpoint(prefix)
    for name, variable in checkpoint.variables.items():
        for read in (checkpoint.read, lambda name: list(checkpoint.chunks(name))):
            try:
                read(name)
            except InputError as error:
                assert error.code.startswith("formats.")  # noqa: PT017
        assert variable.parts >= 1


def test_the_unspoilt_checkpoint_is_sound(tmp_path: Path) -> None:
    checkpoint = open_checkpoint(bundle(tmp_path))
    assert checkpoint.read("s").tolist() == [b"a", b"bc"]
    assert checkpoint.read("a/x").tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("part", [".index", ".data-00000-of-00002", ".data-00001-of-00002"])
@given(change=mutations())
@spoil
def test_a_spoilt_checkpoint_is_read_or_refused(tmp_path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    path = bundle(tmp_path).with_name(f"m{part}")
    path.write_bytes(change(path.read_bytes()))
    try:
        read_checkpoint(tmp_path / "m")
    except InputError as error:
        assert error.code.startswith("formats.")  # noqa: PT017


@given(values=st.lists(st.binary(max_size=60), max_size=5), header=st.binary(max_size=12))
@spoil
def test_an_index_with_right_checksums_is_trusted_no_further(
    tmp_path: Path, values: list[bytes], header: bytes
) -> None:
    head = BundleHeaderProto(num_shards=2).SerializeToString() + header
    entries = [(b"", head), *((f"v{number}".encode(), value) for number, value in enumerate(values))]
    bundle(tmp_path)
    (tmp_path / "m.index").write_bytes(table(entries))
    try:
        read_checkpoint(tmp_path / "m")
    except InputError as error:
        assert error.code.startswith("formats.")  # noqa: PT017


@given(change=mutations())
@spoil
def test_entries_with_right_checksums_are_trusted_no_further(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    made = Bundle(shards=2)
    entry = made.add("w", np.arange(500, dtype=np.float32))
    piece = entry.slices.add()
    piece.extent.add(start=1, length=2)
    head = BundleHeaderProto(num_shards=2).SerializeToString()
    bundle(tmp_path)
    (tmp_path / "m.index").write_bytes(table([(b"", head), (b"w", change(entry.SerializeToString()))]))
    try:
        read_checkpoint(tmp_path / "m")
    except InputError as error:
        assert error.code.startswith("formats.")  # noqa: PT017


@given(change=mutations())
@spoil
def test_a_spoilt_v1_checkpoint_is_read_or_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "old"
    path.write_bytes(change(v1_table(1, [1, 2, 3])))
    try:
        read_checkpoint(path)
    except InputError as error:
        assert error.code.startswith("formats.")  # noqa: PT017


@pytest.mark.filterwarnings("ignore:.*invalid.*escape sequence:DeprecationWarning")
@given(change=mutations())
@spoil
def test_a_spoilt_state_file_is_read(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(
        change(b'model_checkpoint_path: "/a/b/model.ckpt-7"\nall_model_checkpoint_paths: "model.ckpt-6"\n')
    )
    assert read_state(path).prefixes == ()


@given(change=mutations())
@spoil
def test_a_folder_of_spoilt_files_is_looked_through(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    (tmp_path / "model.ckpt-1.meta").write_bytes(change(GRAPHS["meta"]))
    (tmp_path / "graph.pb").write_bytes(change(GRAPHS["graph"]))
    (tmp_path / "events").write_bytes(change(GRAPHS["events"]))
    bundle(tmp_path)
    (tmp_path / "m.index").write_bytes(change((tmp_path / "m.index").read_bytes()))
    assert find_model_files(tmp_path).checkpoints
