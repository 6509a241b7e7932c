"""What a choice of inputs and outputs means."""

from __future__ import annotations

from pathlib import Path

from tests.core.graph.graphs import F32, Dtype, const, graph, node, placeholder, read, variable

from coldpress.graph.consequence import consequence
from coldpress.graph.inference import TensorTypes
from coldpress.graph.tensor_ref import TensorRef

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_the_digits_model() -> None:
    whole = read(FIXTURES / "digits_qat/eval_graph.pb")
    found = consequence(whole, TensorTypes(whole), [TensorRef("input")], [TensorRef("Net/Predictions/Reshape_1")])
    frozen = read(FIXTURES / "digits_qat/frozen.pb")
    assert found.before == len(whole)
    assert abs(found.kept - len(frozen)) < 10
    assert found.operations["FakeQuantWithMinMaxVars"] == 12
    assert "VariableV2" not in found.operations
    size = (FIXTURES / "digits_qat/frozen.pb").stat().st_size
    assert 0.5 * size < found.nbytes < 1.5 * size
    assert found.parameters > 2000
    assert found.unknown == ()
    assert found.unreached == ()


def test_cutting_drops_what_lies_above() -> None:
    whole = graph(
        placeholder("x", (1, 4)),
        variable("w", (4, 4)),
        node("r", "Identity", "w", T=F32),
        node("a", "MatMul", "x", "r", T=F32),
        node("b", "Relu", "a", T=F32),
        placeholder("other", (1,)),
    )
    types = TensorTypes(whole)
    everything = consequence(whole, types, [TensorRef("x")], [TensorRef("b")])
    assert (everything.kept, everything.parameters) == (5, 16)
    part = consequence(whole, types, [TensorRef("a"), TensorRef("other")], [TensorRef("b")])
    assert (part.kept, part.parameters, part.operations) == (2, 0, {"MatMul": 1, "Relu": 1})
    assert part.unreached == (TensorRef("other"),)


def test_what_is_not_known_is_said() -> None:
    shapeless = node("v", "VarHandleOp", dtype=F32)
    whole = graph(
        shapeless,
        node("known", "VarHandleOp", dtype=Dtype("int64"), shape=(3,)),
        const("c", [1, 2]),
        node("y", "AddN", "v", "known", "c", T=F32),
    )
    found = consequence(whole, TensorTypes(whole), [], [TensorRef("y"), TensorRef("nowhere")])
    assert found.unknown == ("v",)
    assert found.parameters == 5
