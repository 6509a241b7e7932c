"""Kinds of operation, names, the registry."""

from __future__ import annotations

import pytest
from tests.core.graph.graphs import F32, I32, graph, node

from coldpress.graph import op_sets
from coldpress.graph.kinds import Kind, kind_of
from coldpress.graph.names import Tower, is_gradient, is_housekeeping, scope_of, tower_of
from coldpress.graph.op_defs import all_ops, attribute, is_stateful, op_def, output_types, signature


@pytest.mark.parametrize(
    ("op", "kind"),
    [
        ("Placeholder", Kind.INPUT),
        ("IteratorGetNext", Kind.INPUT),
        ("QueueDequeueManyV2", Kind.PIPELINE),
        ("TensorSliceDataset", Kind.PIPELINE),
        ("Const", Kind.CONSTANT),
        ("VarHandleOp", Kind.VARIABLE),
        ("Conv2D", Kind.LAYER),
        ("FusedBatchNormV3", Kind.NORMALIZATION),
        ("Relu6", Kind.ACTIVATION),
        ("FakeQuantWithMinMaxVars", Kind.QUANTIZATION),
        ("Reshape", Kind.SHAPE),
        ("AddV2", Kind.MATH),
        ("Switch", Kind.CONTROL_FLOW),
        ("Identity", Kind.IDENTITY),
        ("ReadVariableOp", Kind.IDENTITY),
        ("RandomUniform", Kind.RANDOM),
        ("AssignSub", Kind.TRAINING),
        ("ResourceApplyAdam", Kind.TRAINING),
        ("ReluGrad", Kind.TRAINING),
        ("Conv2DBackpropFilter", Kind.TRAINING),
        ("Print", Kind.CHECK),
        ("ScalarSummary", Kind.CHECK),
        ("MyCompanyFancyRelu", Kind.OTHER),
        ("Conv2DBackpropInput", Kind.LAYER),
        ("PreventGradient", Kind.IDENTITY),
    ],
)
def test_kinds(op: str, kind: Kind) -> None:
    assert kind_of(op) is kind


def test_most_of_the_registry_has_a_kind() -> None:
    kinds = [kind_of(op) for op in all_ops()]
    assert set(kinds) == set(Kind)


def test_sets_name_real_operations() -> None:
    """A misspelt name in a set would never match; operations that the registry dropped are known by name."""
    gone = {
        *("PlaceholderV2", "BiasAddV1", "RandomCrop", "HostConst", "PyFuncStateless", "Conv3DBackpropInput"),
        *("AutoReloadVariable", "StatelessMultinomial", "StatelessSampleDistortedBoundingBox", "InfeedDequeue"),
        *("InfeedDequeueTuple", "TPUPartitionedCall", "TfLiteUnidirectionalSequenceLstm", "StatefulRandomBinomialV2"),
    }
    named = {op for value in vars(op_sets).values() if isinstance(value, frozenset) for op in value}
    assert named - set(all_ops()) <= gone


def test_names() -> None:
    assert is_gradient("gradients/a/b")
    assert is_gradient("training/Adam/gradients_1/a")
    assert not is_gradient("net/gradients_of_mine/a")
    assert is_housekeeping("save_1/RestoreV2")
    assert is_housekeeping("net/w/Initializer/zeros")
    assert not is_housekeeping("saved/w")
    assert (scope_of("a/b/c"), scope_of("a")) == ("a/b", "")


@pytest.mark.parametrize(
    ("name", "tower"),
    [
        ("clone_1/net/probs", Tower("clone_1", 1, "net/probs")),
        ("m_1/tower_1/p", Tower("tower_1", 1, "m/p")),
        ("tower/net", Tower("tower", 0, "net")),
        ("replica_2/dense_3/BiasAdd", Tower("replica_2", 2, "dense/BiasAdd")),
        ("watchtower_1/net", None),
        ("net/probs", None),
        ("tower_1", None),
    ],
)
def test_towers(name: str, tower: Tower | None) -> None:
    assert tower_of(name) == tower


def test_the_registry() -> None:
    assert op_def("MyCompanyFancyRelu") is None
    assert is_stateful("VariableV2")
    assert not is_stateful("Relu")
    assert not is_stateful("MyCompanyFancyRelu")
    pooled = node("p", "MaxPool")
    assert attribute(pooled, "data_format") is not None
    assert attribute(pooled, "nothing") is None
    split = node("s", "Split", "a", "b", T=F32, num_split=3)
    definition = op_def("Split")
    assert definition is not None
    assert output_types(split, definition) == (1, 1, 1)
    iterator = node("i", "IteratorGetNext", output_types=[F32, I32])
    definition = op_def("IteratorGetNext")
    assert definition is not None
    assert output_types(iterator, definition) == (1, 3)


def test_a_hostile_count_costs_nothing() -> None:
    definition = op_def("Split")
    assert definition is not None
    assert len(output_types(node("s", "Split", T=F32, num_split=1 << 60), definition)) == 1 << 16
    assert output_types(node("s", "Split", T=F32, num_split=-5), definition) == ()


def test_functions_of_the_library_define_their_calls() -> None:
    whole = graph(node("call", "my_function"))
    assert signature(whole, whole["call"]) is None
