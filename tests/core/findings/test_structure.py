"""Broken graphs: what is said of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.findings.contexts import codes, context
from tests.core.graph.graphs import F32, graph, node, placeholder, read

from coldpress.finding import Severity
from coldpress.findings import attributes, risky, structure
from coldpress.graph.graph import Graph

FIXTURES = Path(__file__).parents[2] / "fixtures" / "broken" / "graphs"


def _structure(name: str) -> list[tuple[str, Severity, tuple[str, ...]]]:
    whole = read(FIXTURES / f"{name}.pb")
    last = whole.nodes[-1].name
    found = structure.rule(context(whole, ["input"], [last]))
    return [(finding.code, finding.severity, finding.nodes) for finding in found]


def test_a_missing_input_names_both_ends() -> None:
    whole = read(FIXTURES / "missing_input.pb")
    (finding,) = structure.rule(context(whole, ["input"], ["output"]))
    assert (finding.code, finding.severity) == ("graph.missing_input", Severity.BLOCK)
    assert finding.facts == {"node": "b", "input": "not/there"}


def test_a_missing_control_input_only_warns() -> None:
    ((code, severity, _),) = _structure("missing_control_input")
    assert (code, severity) == ("graph.missing_control_input", Severity.WARNING)


def test_a_cycle_names_its_nodes() -> None:
    ((code, severity, nodes),) = _structure("cycle")
    assert (code, severity, sorted(nodes)) == ("graph.cycle", Severity.BLOCK, ["a", "b"])


def test_an_unknown_operation_names_node_and_operation() -> None:
    whole = read(FIXTURES / "unknown_op.pb")
    (finding,) = structure.rule(context(whole, ["input"], ["output"]))
    assert (finding.code, finding.nodes, finding.facts) == (
        "graph.unknown_op",
        ("a",),
        {"operation": "MyCompanyFancyRelu"},
    )
    (finding,) = structure.rule(context(whole, ["input"], ["output"], allow_custom_ops=True))
    assert finding.severity is Severity.WARNING


def test_names_that_tensorflow_refuses() -> None:
    ((code, _, nodes),) = _structure("chinese_node_name")
    assert (code, nodes) == ("graph.illegal_name", ("输出",))


@pytest.mark.parametrize("name", ["while_loop", "deep_scopes_3000", "missing_required_attr", "only_placeholder"])
def test_what_is_legal_is_not_reported(name: str) -> None:
    assert _structure(name) == []


def test_damage_beside_chosen_outputs_does_not_count() -> None:
    whole = graph(
        placeholder("x", (1,)),
        node("y", "Relu", "x", T=F32),
        node("other", "Relu", "gone", T=F32),
        node("a", "Relu", "b", T=F32),
        node("b", "Relu", "a", T=F32),
    )
    assert codes(list(structure.rule(context(whole, ["x"], ["y"], outputs=("y",))))) == []
    assert codes(list(structure.rule(context(whole, ["x"], ["y"])))) == ["graph.missing_input", "graph.cycle"]


def test_a_chain_of_thousands() -> None:
    nodes = [placeholder("n0", (1,))]
    nodes += [node(f"n{number}", "Relu", f"n{number - 1}", T=F32) for number in range(1, 5000)]
    assert list(structure.rule(context(Graph(nodes), ["n0"], ["n4999"]))) == []


def test_operations_that_do_more_than_compute() -> None:
    whole = read(FIXTURES / "writefile_readfile_pyfunc.pb")
    found = list(risky.rule(context(whole, ["input"], ["output"])))
    assert {finding.facts["operation"] for finding in found} >= {"ReadFile", "WriteFile", "PyFunc"}
    assert {finding.severity for finding in found} == {Severity.BLOCK}
    assert list(risky.rule(context(read(FIXTURES / "while_loop.pb"), ["input"], ["output"]))) == []


def test_attributes_of_a_newer_release() -> None:
    newer = node("y", "Relu", "x", T=F32, faster=True, _mine=True)
    whole = graph(placeholder("x", (1,)), newer, node("own", "MyOwnOp", "y", anything=True))
    (finding,) = attributes.rule(context(whole, ["x"], ["own"]))
    assert (finding.code, finding.nodes) == ("convert.newer_attribute", ("y",))
    assert finding.facts == {"operation": "Relu", "attribute": "faster"}
