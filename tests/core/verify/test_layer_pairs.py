"""Which tensors of the graph and of the file belong together."""

from __future__ import annotations

import pytest

from coldpress.verify.layer_pairs import GraphNode, LayerPair, Produced, pair_layers

_NODES = {
    "x": GraphNode("Placeholder", ()),
    "net/Conv2D": GraphNode("Conv2D", ("x", "w")),
    "net/BiasAdd": GraphNode("BiasAdd", ("net/Conv2D", "b")),
    "net/Relu6": GraphNode("Relu6", ("net/BiasAdd",)),
    "net/id": GraphNode("Identity", ("net/Relu6",)),
    "net/act_quant/FakeQuantWithMinMaxVars": GraphNode("FakeQuantWithMinMaxVars", ("net/id", "min", "max")),
    "add_1": GraphNode("AddV2", ("net/act_quant/FakeQuantWithMinMaxVars", "x")),
    "add": GraphNode("AddV2", ("add_1", "x")),
}


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("net/Relu6;net/BiasAdd;net/Conv2D;net/bias1", "net/act_quant/FakeQuantWithMinMaxVars:0"),
        ("net/Relu6", "net/act_quant/FakeQuantWithMinMaxVars:0"),
        ("net/BiasAdd;net/Conv2D", "net/BiasAdd:0"),
        ("net/Conv2D1", "net/Conv2D:0"),
        ("add_1", "add_1:0"),
        ("add1", "add:0"),
        ("add:0", "add:0"),
        ("fused;net/BiasAdd", "net/BiasAdd:0"),
        ("net/Conv2D;net/Relu6;net/BiasAdd", "net/act_quant/FakeQuantWithMinMaxVars:0"),
    ],
)
def test_names_of_the_file_are_found_in_the_graph(name: str, tensor: str) -> None:
    produced = Produced(7, name, "CONV_2D", (1,))
    assert pair_layers([produced], _NODES) == (LayerPair(tensor, produced),)


def test_what_has_no_partner_is_left_out() -> None:
    produced = [
        Produced(1, "tfl.quantize", "QUANTIZE", (0,)),
        Produced(2, "nowhere", "CONV_2D", (1,)),
        Produced(3, "add1", "DEQUANTIZE", (2,)),
    ]
    assert pair_layers(produced, _NODES) == ()


def test_of_several_operations_that_one_became_the_last_is_it() -> None:
    produced = [Produced(1, "add24", "NEG", (0,)), Produced(2, "add25", "SUB", (1,)), Produced(3, "add", "ADD", (2,))]
    assert [pair.produced.index for pair in pair_layers(produced, _NODES)] == [3]
