"""The item models over a graph: consistent, and quick with a hundred thousand nodes."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from coldpress.cancel import CancelToken
from coldpress.formats.protos import NodeDef
from coldpress.graph.graph import Graph
from coldpress_gui.widgets.graph_facts import GraphFacts, Hide, gather, with_types
from coldpress_gui.widgets.graph_model import GraphColumn, HitsModel, ScopeModel

TITLES = ("Name", "Operation", "Shape")


def facts_of(names_and_ops: list[tuple[str, str]], hidden: frozenset[Hide] = frozenset()) -> GraphFacts:
    graph = Graph([NodeDef(name=name, op=op) for name, op in names_and_ops])
    return gather(graph, [], hidden, CancelToken())


@pytest.fixture
def small() -> GraphFacts:
    return facts_of([("x", "Placeholder"), ("net/w", "VariableV2"), ("net/c", "Const"), ("net/conv", "Conv2D")])


def test_the_models_keep_qts_rules(small: GraphFacts) -> None:
    scopes, hits = ScopeModel(TITLES), HitsModel(TITLES)
    QAbstractItemModelTester(scopes, QAbstractItemModelTester.FailureReportingMode.Warning)
    QAbstractItemModelTester(hits, QAbstractItemModelTester.FailureReportingMode.Warning)
    scopes.set_facts(small)
    hits.set_hits(small, [1, 3])
    scopes.set_facts(None)
    hits.set_hits(small, [])


def test_a_node_is_found_in_the_tree(small: GraphFacts) -> None:
    model = ScopeModel(TITLES)
    model.set_facts(small)
    index = model.index_of("net/conv")
    assert index.data() == "conv"
    assert index.siblingAtColumn(GraphColumn.OPERATION).data() == "Conv2D"
    assert model.label_at(index.parent()) == "net"
    assert "net/conv" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert not model.index_of("nowhere").isValid()


def test_kinds_can_be_hidden() -> None:
    facts = facts_of([("net/c", "Const"), ("net/conv", "Conv2D")], frozenset({Hide.CONSTANTS}))
    assert facts.rows.find("net/c") is None
    assert facts.rows.find("net/conv") is not None


def test_types_are_shown_and_found_once_they_are_known() -> None:
    node = NodeDef(name="x", op="Placeholder")
    node.attr["dtype"].type = 1
    for size in (-1, 16, 16, 1):
        node.attr["shape"].shape.dim.add(size=size)
    facts = gather(Graph([node]), [], frozenset(), CancelToken())
    assert (facts.dtype("x"), facts.shape("x")) == ("", "")
    facts = with_types(facts, CancelToken())
    assert (facts.dtype("x"), facts.shape("x")) == ("float32", "? × 16 × 16 × 1")
    assert facts.index.search("16 × 16 float32") == [0]


def test_a_hundred_thousand_nodes_answer_at_once() -> None:
    names = [(f"net/block_{n // 2000}/unit_{n // 40}/op_{n}", "Conv2D") for n in range(100_000)]
    facts = facts_of(names)
    model = ScopeModel(TITLES)
    start = time.process_time()
    model.set_facts(facts)
    for row in range(model.rowCount()):
        model.index(row, 0, QModelIndex()).data()
    assert time.process_time() - start < 1
    times = []
    for text in ("o", "op", "op_9", "unit_7 conv", "nothing at all"):
        start = time.process_time()
        facts.index.search(text)
        times.append(time.process_time() - start)
    assert sorted(times)[2] < 1, times
