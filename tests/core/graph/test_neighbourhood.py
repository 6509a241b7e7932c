"""What lies around a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.graph.graphs import F32, graph, node, placeholder

from coldpress.graph.neighbourhood import Edge, neighbourhood
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.graph.graph import Graph

CHAIN = graph(
    placeholder("a", (1,)),
    node("b", "Relu", "a", T=F32),
    node("c", "Add", "b", "b", T=F32),
    node("d", "Relu", "c", "^w", T=F32),
    node("e", "Relu", "d", T=F32),
    node("w", "NoOp"),
)


def _columns(centre: str, whole: Graph = CHAIN, steps: int = 2, *, control: bool = False) -> dict[int, list[str]]:
    found = neighbourhood(whole, centre, steps=steps, control=control)
    columns: dict[int, list[str]] = {}
    for each in found.nodes:
        columns.setdefault(each.column, []).append(each.name)
        assert each.row == len(columns[each.column]) - 1
    return columns


def test_producers_left_consumers_right() -> None:
    assert _columns("c") == {-2: ["a"], -1: ["b"], 0: ["c"], 1: ["d"], 2: ["e"]}
    assert _columns("c", steps=1) == {-1: ["b"], 0: ["c"], 1: ["d"]}


def test_edges_name_tensor_and_input() -> None:
    edges = neighbourhood(CHAIN, "c", steps=1).edges
    assert set(edges) == {
        Edge("b", "c", TensorRef("b"), 0),
        Edge("b", "c", TensorRef("b"), 1),
        Edge("c", "d", TensorRef("c"), 0),
    }


def test_control_edges_only_if_asked() -> None:
    assert "w" not in _columns("d")[-1]
    assert "w" in _columns("d", control=True)[-1]
    assert _columns("w", control=True)[1] == ["d"]
    assert Edge("w", "d", None, None) in neighbourhood(CHAIN, "d", control=True).edges


def test_too_many_are_counted() -> None:
    whole = graph(placeholder("x", (1,)), *(node(f"r{number}", "Relu", "x", T=F32) for number in range(20)))
    found = neighbourhood(whole, "x", most=8)
    assert found.left_out == {1: 12}
    assert len(found.nodes) == 9


def test_a_missing_input_is_shown_as_missing() -> None:
    found = neighbourhood(graph(node("a", "Relu", "gone", T=F32)), "a")
    assert [(each.name, each.present) for each in found.nodes] == [("gone", False), ("a", True)]


def test_a_loop_does_not_repeat_nodes() -> None:
    whole = graph(node("a", "Relu", "b", T=F32), node("b", "Relu", "a", T=F32))
    assert sorted(each.name for each in neighbourhood(whole, "a", steps=5).nodes) == ["a", "b"]


def test_no_such_node() -> None:
    with pytest.raises(KeyError):
        neighbourhood(CHAIN, "nowhere")
