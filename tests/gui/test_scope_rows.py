"""The tree of name scopes: right, and quick at any size."""

from __future__ import annotations

import time

from coldpress_gui.widgets.scope_rows import ROOT, ScopeRows


def labels(rows: ScopeRows, row: int = ROOT) -> list[str]:
    return [rows.label(child) for child in rows.children(row)]


def test_scopes_come_before_nodes_and_chains_are_one_row() -> None:
    rows = ScopeRows(["x", "a/b/c/n1", "a/b/c/n2", "y"])
    assert labels(rows) == ["a/b/c", "x", "y"]
    scope = rows.children(ROOT)[0]
    assert labels(rows, scope) == ["n1", "n2"]


def test_a_node_that_is_also_a_scope_is_one_row() -> None:
    rows = ScopeRows(["conv/weights", "conv", "conv/weights/read"])
    (conv,) = rows.children(ROOT)
    assert rows.nodes[conv] == 1
    (weights,) = rows.children(conv)
    assert (rows.label(weights), rows.nodes[weights]) == ("weights", 0)
    assert labels(rows, weights) == ["read"]


def test_any_node_is_found_with_its_way_up() -> None:
    rows = ScopeRows(["a/b/c/n1", "a/b/c/n2", "a/d"])
    row = rows.find("a/b/c/n2")
    assert row is not None
    way = [rows.names[row]]
    while (row := rows.parent(row)) != ROOT:
        way.append(rows.names[row])
    assert way == ["a/b/c/n2", "a/b/c", "a"]
    assert rows.find("nowhere") is None


def test_names_that_are_not_wanted_are_left_out_with_their_scopes() -> None:
    rows = ScopeRows(["train/x", "net/y"], lambda name: name.startswith("net"))
    assert labels(rows) == ["net/y"]


def test_three_thousand_scopes_deep() -> None:
    name = "/".join(f"s{number}" for number in range(3000))
    rows = ScopeRows([name, f"{name}/x", f"{name}/y"])
    (deep,) = rows.children(ROOT)
    assert rows.names[deep] == name
    assert rows.find(f"{name}/y") is not None


def test_strange_names_do_not_break_it() -> None:
    rows = ScopeRows(["/", "//a", "a/", "", "图/节点"])
    assert rows.find("图/节点") is not None


def test_a_hundred_thousand_nodes() -> None:
    names = [f"net/block_{block}/unit_{unit}/op_{op}" for block in range(50) for unit in range(50) for op in range(40)]
    start = time.process_time()
    rows = ScopeRows(names)
    assert rows.find(names[-1]) is not None
    assert time.process_time() - start < 2
