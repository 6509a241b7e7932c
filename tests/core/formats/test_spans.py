"""The span scan against protobuf's own parser, and what it leaves on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from google.protobuf.message import DecodeError

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled, InputError
from coldpress.formats import spans
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import GraphDef, NodeDef
from coldpress.formats.spans import parts_of, split_graph, write_varint
from coldpress.formats.tensors import from_array, to_array
from coldpress.formats.wire import WireError

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.formats.spans import GraphParts


def constant(name: str, count: int) -> NodeDef:
    node = NodeDef(name=name, op="Const")
    node.attr["dtype"].type = 1
    node.attr["value"].tensor.CopyFrom(from_array(np.arange(count, dtype=np.float32)))
    return node


def whole(parts: GraphParts) -> GraphDef:
    """Return the GraphDef that the parts came from, values put back."""
    graph = GraphDef()
    graph.versions.MergeFrom(parts.versions)
    if parts.functions:
        graph.library.function.extend(parts.functions)
    for node in parts.nodes:
        added = graph.node.add()
        added.CopyFrom(node)
        if node.name in parts.payloads:
            added.MergeFromString(bytes(parts.payloads[node.name].entry))
    return graph


def scanned(graph: GraphDef) -> GraphParts:
    return split_graph([memoryview(graph.SerializeToString())])


@pytest.mark.parametrize(
    "name",
    [
        "digits_qat/eval_graph.pb",
        "digits_qat/frozen.pb",
        "broken/graphs/while_loop.pb",
        "older/tf1.8.0/misc_ops/frozen.pb",
    ],
)
def test_the_parts_are_what_protobuf_reads(fixtures: Path, name: str) -> None:
    content = (fixtures / name).read_bytes()
    expected = GraphDef.FromString(content)
    parts = split_graph([memoryview(content)])
    assert list(whole(parts).node) == list(expected.node)
    assert list(parts.functions) == list(expected.library.function)
    assert parts.versions == expected.versions


def test_functions_are_kept(fixtures: Path) -> None:
    parts = read_graph(fixtures / "digits_float/tfdata/train/model.ckpt-900.meta").parts
    assert parts.functions
    assert parts.versions.producer


@pytest.mark.parametrize("count", [0, 1, 10, 30, 31, 32, 1000, 1010, 1020, 1024, 4070, 4096, 5000, 70_000])
def test_every_size_of_node_is_read(count: int) -> None:
    graph = GraphDef()
    for number in range(3):
        graph.node.append(constant(f"c{number}", count))
        graph.node.add(name=f"small{number}", op="NoOp")
    graph.versions.producer = 27
    parts = scanned(graph)
    assert whole(parts) == graph
    assert bool(parts.payloads) == (count > 1010)


def test_a_big_value_stays_in_the_file_with_its_dtype_and_shape_known() -> None:
    graph = GraphDef(node=[constant("c", 5000)])
    parts = scanned(graph)
    stub = parts.nodes[0].attr["value"].tensor
    assert (stub.dtype, [d.size for d in stub.tensor_shape.dim]) == (1, [5000])
    assert parts.nodes[0].ByteSize() < 100
    assert to_array(parts.payloads["c"].load().tensor)[-1] == 4999


def test_a_big_attribute_that_is_no_tensor_is_read_whole() -> None:
    node = NodeDef(name="n", op="Op")
    node.attr["value"].s = b"x" * 10_000
    node.attr["other"].tensor.CopyFrom(from_array(np.zeros(5000, np.float32)))
    parts = scanned(GraphDef(node=[node]))
    assert not parts.payloads
    assert parts.nodes[0] == node


def test_values_listed_one_by_one_stay_in_the_file_too() -> None:
    node = NodeDef(name="n", op="Const")
    node.attr["value"].tensor.CopyFrom(from_array(np.array([b"name"] * 5000, object)))
    parts = scanned(GraphDef(node=[node]))
    assert to_array(parts.payloads["n"].load().tensor).tolist() == [b"name"] * 5000


def test_runs_are_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = GraphDef(node=[constant(f"c{n}", n * 7 % 1300) for n in range(200)])
    graph.versions.producer = 3
    for size in (1, 50, 5000, 1 << 20):
        monkeypatch.setattr(spans, "_RUN", size)
        assert whole(scanned(graph)) == graph


def test_several_pieces_are_one_message() -> None:
    first, second = GraphDef(node=[constant("a", 3)]), GraphDef(node=[constant("b", 5000)])
    second.versions.producer = 5
    parts = split_graph([memoryview(first.SerializeToString()), memoryview(second.SerializeToString())])
    assert [node.name for node in parts.nodes] == ["a", "b"]
    assert parts.versions.producer == 5


def test_a_node_split_by_other_fields_is_still_in_order() -> None:
    graph = GraphDef(node=[constant("a", 3)])
    content = graph.SerializeToString() + GraphDef(versions={"producer": 9}).SerializeToString()
    content += GraphDef(node=[constant("b", 3)]).SerializeToString()
    parts = split_graph([memoryview(content)])
    assert [node.name for node in parts.nodes] == ["a", "b"]
    assert parts.versions.producer == 9


@pytest.mark.parametrize("count", [3, 5000])
def test_a_name_that_is_not_utf8_is_shown_escaped(count: int) -> None:
    graph = GraphDef(node=[constant("first", 3), constant("second!", count)])
    content = graph.SerializeToString().replace(b"second!", b"sec\xff\xfend")
    with pytest.raises(InputError, match="name_not_utf8") as caught:
        split_graph([memoryview(content)], path="g.pb")
    assert caught.value.facts == {"path": "g.pb", "name": "sec\\xff\\xfend", "index": 2}


@pytest.mark.parametrize(
    "content", [b"\x0a\x05ab", b"\x0a", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x0b", b"\0"]
)
def test_what_is_no_graph_is_refused(content: bytes) -> None:
    with pytest.raises((WireError, DecodeError)):
        split_graph([memoryview(content)])


def test_a_node_that_ends_behind_the_file_is_refused() -> None:
    content = scanned(GraphDef(node=[constant("a", 3)])).nodes[0].SerializeToString()
    for length in (len(content) + 1, 200, 3000, 1 << 40):
        with pytest.raises(WireError):
            split_graph([memoryview(b"\x0a" + write_varint(length) + content)])


def test_progress_reaches_the_end_and_cancel_stops() -> None:
    graph = GraphDef(node=[constant(f"c{n}", 5000) for n in range(10)])
    content = memoryview(graph.SerializeToString())
    seen: list[tuple[int, int]] = []
    split_graph([content], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(content), len(content))
    assert seen == sorted(seen)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        split_graph([content], cancel=token)


def test_parts_of_a_graph_in_memory() -> None:
    graph = GraphDef(node=[constant("a", 3)])
    graph.versions.producer = 3
    assert whole(parts_of(graph)) == graph


def test_a_graph_beyond_protobufs_limit_is_read(tmp_path: Path) -> None:
    """2.25 GiB of constants: the file is sparse, so it takes no room."""
    path, size = tmp_path / "huge.pb", 256 << 20
    stub = constant("c", 0)
    del stub.attr["value"]
    tensor = b"\x08\x01\x12\x06\x12\x04\x08" + write_varint(size >> 2)[:4]
    assert len(write_varint(size >> 2)) == 4
    tensor = b"\x08\x01\x12\x07\x12\x05\x08" + write_varint(size >> 2)
    head = tensor + b"\x22" + write_varint(size)
    value = b"\x42" + write_varint(len(head) + size) + head
    entry = b"\x0a\x05value\x12" + write_varint(len(value) + size) + value
    with path.open("wb") as file:
        for number in range(9):
            stub.name = f"c{number}"
            node = stub.SerializeToString() + b"\x2a" + write_varint(len(entry) + size) + entry
            file.write(b"\x0a" + write_varint(len(node) + size) + node)
            file.seek(size - 1, 1)
            file.write(b"\x3f")
    assert path.stat().st_size > 9 * size
    parts = read_graph(path).parts
    assert [node.name for node in parts.nodes] == [f"c{number}" for number in range(9)]
    assert parts.nodes[8].attr["value"].tensor.tensor_shape.dim[0].size == size >> 2
    assert parts.payloads["c8"].nbytes > size
