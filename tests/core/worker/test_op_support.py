"""What TensorFlow Lite can run, asked of the converter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.worker.graphs import GraphBuilder, float_graph

from coldpress.recipe import InferenceType, InputChoice
from coldpress.worker.requests.graph import AskSupport, SupportKind

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.worker.supervisor import Worker

pytestmark = pytest.mark.tensorflow

_X = (InputChoice("x:0", (1, 8)),)


def _ask(
    worker: Worker, graph: str, mode: InferenceType = InferenceType.FLOAT32, outputs: tuple[str, ...] = ("y",)
) -> dict[str, tuple[SupportKind, tuple[str, ...]]]:
    support = worker.run(AskSupport(graph, _X, outputs, mode))
    return {item.operation: (item.kind, item.nodes) for item in support.operations}


def test_everything_at_once(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = GraphBuilder()
    dense = build.dense("scope/d", build.placeholder(), 8, 4)
    first = build.unary("Erf", "scope/erf_1", dense)
    second = build.unary("Erf", "scope/erf_2", first)
    third = build.unary("Asinh", "scope/asinh", second)
    build.unary("Relu", "y", third)
    assert _ask(tensorflow_worker, build.save(tmp_path / "g.pb")) == {
        "FULLY_CONNECTED": (SupportKind.BUILTIN, ("scope/d/MatMul",)),
        "Erf": (SupportKind.SELECT, ("scope/erf_1", "scope/erf_2")),
        "Asinh": (SupportKind.CUSTOM, ("scope/asinh",)),
        "RELU": (SupportKind.BUILTIN, ("y",)),
    }


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (InferenceType.FLOAT32, SupportKind.BUILTIN),
        (InferenceType.DYNAMIC, SupportKind.BUILTIN),
        (InferenceType.UINT8, SupportKind.FLOAT_ONLY),
        (InferenceType.INT8, SupportKind.FLOAT_ONLY),
        (InferenceType.INT16X8, SupportKind.FLOAT_ONLY),
    ],
)
def test_integer_kernels(tensorflow_worker: Worker, tmp_path: Path, mode: InferenceType, kind: SupportKind) -> None:
    build = GraphBuilder()
    build.unary("Sin", "y", build.dense("d", build.placeholder(), 8, 4))
    found = _ask(tensorflow_worker, build.save(tmp_path / "g.pb"), mode)
    assert found == {"FULLY_CONNECTED": (SupportKind.BUILTIN, ("d/MatMul",)), "SIN": (kind, ("y",))}


def test_operations_of_nobody(tensorflow_worker: Worker, tmp_path: Path) -> None:
    build = float_graph()
    build.unary("MyCompanyRelu", "z", "y")
    graph = build.save(tmp_path / "g.pb")
    assert _ask(tensorflow_worker, graph, outputs=("z",)) == {"MyCompanyRelu": (SupportKind.UNKNOWN, ("z",))}
    assert set(_ask(tensorflow_worker, graph)) == {"FULLY_CONNECTED"}


@pytest.mark.parametrize("resource", [True, False])
def test_a_graph_need_not_be_frozen(tensorflow_worker: Worker, tmp_path: Path, resource: bool) -> None:  # noqa: FBT001
    build = GraphBuilder()
    if resource:
        handle = build.node("VarHandleOp", "w", shape=(8, 4000), dtype="float32")
        weights = build.node("ReadVariableOp", "w/read", handle, dtype="float32")
    else:
        variable = build.node("VariableV2", "w", shape=(8, 4000), dtype="float32")
        weights = build.node("Identity", "w/read", variable, T="float32")
    build.matmul("y", build.placeholder(), weights)
    assert _ask(tensorflow_worker, build.save(tmp_path / "g.pb")) == {"FULLY_CONNECTED": (SupportKind.BUILTIN, ("y",))}


def test_a_trained_eval_graph(tensorflow_worker: Worker, fixtures: Path) -> None:
    graph = str(fixtures / "digits_qat" / "eval_graph.pb")
    choice = (InputChoice("input:0", (1, 16, 16, 1)),)
    request = AskSupport(graph, choice, ("Net/Predictions/Reshape_1",), InferenceType.UINT8)
    operations = tensorflow_worker.run(request).operations
    assert {item.kind for item in operations} == {SupportKind.BUILTIN}
    assert sum(len(item.nodes) for item in operations if item.operation == "CONV_2D") >= 4
