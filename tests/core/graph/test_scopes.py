"""The tree of scopes: complete, in order, for names of any kind and depth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.graph.graphs import F32, const, graph, node, read, repeated, variable

from coldpress.graph.graph import Graph
from coldpress.graph.kinds import Kind, kind_of
from coldpress.graph.scopes import Scope, ScopeTree

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).parents[2] / "fixtures"


def _tree(*names: str) -> ScopeTree:
    return ScopeTree(Graph([node(name, "NoOp") for name in names]))


def _labels(tree: ScopeTree, scope: Scope | None = None, *, collapse: bool = True) -> list[str]:
    return [row.label for row in tree.children(scope or tree.root, collapse=collapse)]


def _nodes_below(tree: ScopeTree, *, collapse: bool) -> Iterator[str]:
    stack = [tree.root]
    while stack:
        for row in tree.children(stack.pop(), collapse=collapse):
            if row.node:
                yield row.name
            if row.has_children:
                stack.append(row)


def test_a_node_that_is_a_scope_too_is_one_row() -> None:
    tree = _tree("net/weights", "net/weights/read", "net/bias")
    (net,) = tree.children(tree.root)
    assert (net.label, net.node, net.count) == ("net", False, 3)
    weights, bias = tree.children(net)
    assert (weights.label, weights.node, weights.count, weights.has_children) == ("weights", True, 1, True)
    assert (bias.label, bias.node, bias.has_children) == ("bias", True, False)


def test_chains_are_one_row() -> None:
    tree = _tree("a/b/c/d/x", "a/b/c/d/y", "e/f", "g/h/h", "g/h")
    assert _labels(tree) == ["a/b/c/d", "g/h", "e/f"]
    assert _labels(tree, collapse=False) == ["a", "e", "g"]
    chain = tree.children(tree.root)[0]
    assert _labels(tree, chain) == ["x", "y"]


def test_a_chain_ends_where_a_sibling_begins_with_the_same_letters() -> None:
    tree = _tree("a/b", "a/b-c", "a/b/d", "a/bb")
    (row,) = tree.children(tree.root)
    assert row.label == "a"
    assert _labels(tree, row) == ["b", "b-c", "bb"]


def test_numbers_sort_as_numbers_and_scopes_before_nodes() -> None:
    tree = _tree("conv10/w", "conv2/w", "conv2/x", "conv10/x", "Add_10", "Add_9", "add_1")
    assert _labels(tree) == ["conv2", "conv10", "add_1", "Add_9", "Add_10"]


def test_paths() -> None:
    tree = _tree("a/b/c/x", "a/b/c/y", "a/b/z")
    assert [row.name for row in tree.path_to("a/b/c/x")] == ["a/b", "a/b/c", "a/b/c/x"]
    assert [row.name for row in tree.path_to("a")] == ["a/b"]
    assert tree.path_to("nowhere") == ()
    assert tree.path_to("a/b/q") == ()
    assert [row.name for row in tree.path_to("a", collapse=False)] == ["a"]


def test_kinds_are_counted_below_a_row() -> None:
    whole = graph(variable("n/w", (1,)), const("n/c", 1), node("n/r", "Relu", "n/w", T=F32), const("c", 2))
    tree = ScopeTree(whole)
    assert tree.kinds(tree.root) == {Kind.CONSTANT: 2, Kind.VARIABLE: 1, Kind.ACTIVATION: 1}
    assert tree.kinds(tree.children(tree.root)[0])[Kind.CONSTANT] == 1


def test_kinds_of_node_can_be_left_out(qat: Graph) -> None:
    tree = ScopeTree(qat, lambda each: kind_of(each.op) is not Kind.CONSTANT)
    assert len(tree) == sum(1 for each in qat if each.op != "Const")
    assert set(_nodes_below(tree, collapse=True)) == {each.name for each in qat if each.op != "Const"}


@pytest.mark.parametrize("collapse", [True, False])
def test_every_node_is_found_once(qat: Graph, *, collapse: bool) -> None:
    tree = ScopeTree(qat)
    found = list(_nodes_below(tree, collapse=collapse))
    assert len(found) == len(qat)
    assert set(found) == {each.name for each in qat}
    for name in found[::50]:
        assert tree.path_to(name, collapse=collapse)[-1].name == name


def test_names_three_thousand_scopes_deep() -> None:
    whole = read(FIXTURES / "broken/graphs/deep_scopes_3000.pb")
    tree = ScopeTree(whole)
    (chain,) = tree.children(tree.root)
    assert chain.count == 2
    assert sorted(row.label for row in tree.children(chain)) == ["input", "output"]
    deep = tree.path_to(whole.nodes[0].name, collapse=False)
    assert len(deep) == whole.nodes[0].name.count("/") + 1


def test_a_large_graph_opens_level_by_level(qat: Graph) -> None:
    large = repeated(qat, 20)
    tree = ScopeTree(large)
    rows = tree.children(tree.root)
    assert [row.name for row in rows] == [f"copy{number}" for number in range(20)]
    assert all(row.count == len(qat) for row in rows)


@given(names=st.lists(st.text("ab/-", max_size=8), min_size=1, unique=True), collapse=st.booleans())
def test_any_names_at_all(names: list[str], *, collapse: bool) -> None:
    tree = _tree(*names)
    assert sorted(_nodes_below(tree, collapse=collapse)) == sorted(names)
    for name in names:
        assert tree.path_to(name, collapse=collapse)[-1].name == name
