"""The tree of name scopes as rows: right, and quick at any size."""

from __future__ import annotations

import time

from coldpress.formats.protos import NodeDef
from coldpress.graph.graph import Graph
from coldpress.graph.scopes import ScopeTree
from coldpress_gui.widgets.scope_rows import ROOT, ScopeRows


def rows_of(names: list[str]) -> ScopeRows:
    return ScopeRows(ScopeTree(Graph(NodeDef(name=name, op="NoOp") for name in names)))


def labels(rows: ScopeRows, row: int = ROOT) -> list[str]:
    return [rows.label(child) for child in rows.children(row)]


def test_scopes_come_before_nodes_and_chains_are_one_row() -> None:
    rows = rows_of(["x", "a/b/c/n1", "a/b/c/n2", "y"])
    assert labels(rows) == ["a/b/c", "x", "y"]
    scope = rows.children(ROOT)[0]
    assert labels(rows, scope) == ["n1", "n2"]
    assert rows.node(scope) is None
    assert [rows.node(child) for child in rows.children(scope)] == ["a/b/c/n1", "a/b/c/n2"]


def test_a_node_that_is_also_a_scope_is_one_row() -> None:
    rows = rows_of(["conv/weights", "conv", "conv/weights/read"])
    (conv,) = rows.children(ROOT)
    assert rows.node(conv) == "conv"
    (weights,) = rows.children(conv)
    assert (rows.label(weights), rows.node(weights)) == ("weights", "conv/weights")
    assert labels(rows, weights) == ["read"]


def test_any_node_is_found_with_its_way_up() -> None:
    rows = rows_of(["a/b/c/n1", "a/b/c/n2", "a/d"])
    row = rows.find("a/b/c/n2")
    assert row is not None
    way = [rows.name(row)]
    assert list(rows.children(rows.parent(row)))[rows.position(row)] == row
    while (row := rows.parent(row)) != ROOT:
        way.append(rows.name(row))
    assert way == ["a/b/c/n2", "a/b/c", "a"]
    assert rows.find("nowhere") is None
    assert rows.find("a/b/c/n3") is None


def test_three_thousand_scopes_deep() -> None:
    name = "/".join(f"s{number}" for number in range(3000))
    rows = rows_of([name, f"{name}/x", f"{name}/y"])
    (deep,) = rows.children(ROOT)
    assert rows.name(deep) == name
    assert rows.find(f"{name}/y") is not None


def test_strange_names_do_not_break_it() -> None:
    rows = rows_of(["/", "//a", "a/", "", "图/节点"])
    assert rows.find("图/节点") is not None


def test_a_hundred_thousand_nodes() -> None:
    names = [f"net/block_{block}/unit_{unit}/op_{op}" for block in range(50) for unit in range(50) for op in range(40)]
    rows = rows_of(names)
    start = time.process_time()
    assert rows.find(names[-1]) is not None
    assert time.process_time() - start < 1
