"""Train graphs and eval graphs are told apart by structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, TrainGraph

from coldpress.eval_graph.diagnose import diagnose
from coldpress.formats.graph_files import read_graph
from coldpress.graph.loading import graph_from
from coldpress.sentences import LANGUAGES, say

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.graph.graph import Graph

TRAIN = {
    "digits_qat/train/model.ckpt-2400.meta": True,
    "digits_float/tfdata/train/model.ckpt-900.meta": False,
    "digits_float/cond/train/model.ckpt-900.meta": False,
    "older/tf1.8.0/float_queue/train/model.ckpt-500.meta": False,
    "older/tf1.12.3/qat_delay/train/model.ckpt-600.meta": True,
    "older/tf1.14.0/keras_graph/train/model.ckpt-400.meta": False,
    "older/tf1.14.0/two_tower/train/model.ckpt-500.meta": False,
}
EVAL = {
    "digits_qat/eval.meta": True,
    "digits_qat/eval_graph.pbtxt": True,
    "digits_qat/frozen.pb": True,
    "digits_qat/saved_model/saved_model.pb": True,
    "digits_float/answer/tfdata/eval_graph.pb": False,
    "older/tf1.8.0/float_queue/eval_graph.pb": False,
    "older/tf1.12.3/float_cond/eval_ema.meta": False,
    "older/tf1.14.0/keras_graph/eval.meta": False,
}


def _graph(path: Path) -> Graph:
    return graph_from(read_graph(path).parts)


def _signs(train: TrainGraph, output: str | None = None) -> list[str]:
    found = diagnose(train.graph(), outputs=None if output is None else (output,))
    return [evidence.code.rpartition(".")[2] for evidence in found.evidence]


@pytest.mark.parametrize(("path", "quantized"), TRAIN.items())
def test_a_train_graph(fixtures: Path, path: str, quantized: bool) -> None:  # noqa: FBT001 - a parameter
    found = diagnose(_graph(fixtures / path))
    assert (found.training, found.quantized) == (True, quantized)
    assert {"eval_graph.evidence.optimizer", "eval_graph.evidence.gradient"} <= {e.code for e in found.evidence}


@pytest.mark.parametrize(("path", "quantized"), EVAL.items())
def test_an_eval_graph(fixtures: Path, path: str, quantized: bool) -> None:  # noqa: FBT001 - a parameter
    found = diagnose(_graph(fixtures / path))
    assert (found.training, found.quantized, found.evidence) == (False, quantized, ())


def test_initializers_are_no_evidence() -> None:
    train = TrainGraph()
    train.add("Mul", "out", "input", train.variable("w"))
    train.add("TruncatedNormal", "w/initial", "input", dtype=FLOAT)
    train.add("Assign", "w/Assign", "w", "w/initial")
    assert _signs(train) == []


def test_a_pipeline_is_told_but_is_no_training() -> None:
    train = TrainGraph()
    train.add("Relu", "out", train.add("IteratorGetNext", "next"))
    found = diagnose(train.graph())
    assert (found.training, [evidence.code for evidence in found.evidence]) == (False, ["eval_graph.evidence.pipeline"])


def test_only_what_computes_the_outputs_counts() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    train.add("Mul", "dropped", "out", train.add("RandomUniform", "drawn", "input", dtype=FLOAT))
    assert _signs(train) == ["random"]
    assert _signs(train, "out") == []


def test_a_moving_average_beside_the_path_is_evidence() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    train.variable("average")
    train.average("average", "out")
    assert _signs(train, "out") == ["moving_average"]


def test_a_flag_that_somebody_reads_is_evidence() -> None:
    train = TrainGraph()
    train.add("Placeholder", "unused", dtype=BOOL, shape=())
    assert _signs(train) == []
    train.add("Cast", "out", "unused", SrcT=BOOL, DstT=FLOAT)
    assert _signs(train, "out") == ["bool_placeholder"]


def test_a_range_that_waits_for_its_update_is_evidence() -> None:
    train = TrainGraph()
    train.resource("min")
    train.add("AssignVariableOp", "update", "min", "input")
    train.add("ReadVariableOp", "low", "min", "^update")
    train.add("FakeQuantWithMinMaxVars", "out", "input", "low", "low")
    assert _signs(train, "out") == ["range_update"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_has_words(fixtures: Path, language: str) -> None:
    for evidence in diagnose(_graph(fixtures / "digits_qat/train/model.ckpt-2400.meta")).evidence:
        facts = {"nodes": ", ".join(evidence.nodes), **evidence.facts}
        assert evidence.nodes[0] in say(evidence.code, facts, language=language).message
