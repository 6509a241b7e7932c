"""Ranges that a person gives to tensors which have none: fake quant nodes, put where training left them out.

From there on they are ranges like any other: the frozen graph has them, the reference computes with them, TF 1.15's
``toco`` would take them. A finding says that they are guesses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.editor import GraphEditor
from coldpress.findings.quantization import takes_trained_ranges
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import dtype_number, from_array
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.recipe import InferenceType, RangeChoice, Recipe

_RECOGNISED = "eval_graph.recognised.given_range"


def with_ranges(eval_graph: EvalGraph, recipe: Recipe, mode: InferenceType) -> EvalGraph:
    """Return the graph with a fake quant node behind every tensor of ``recipe.ranges``, where the mode heeds them.

    Tensors that the graph lacks are left out: a finding names them.
    """
    if not recipe.ranges or not takes_trained_ranges(mode, recipe):
        return eval_graph
    editor, outputs = GraphEditor(eval_graph.graph), list(eval_graph.outputs)
    changes = list(eval_graph.changes)
    for choice in recipe.ranges:
        ref = TensorRef.parse(choice.tensor)
        if ref.node not in editor:
            continue
        ranged = _insert(editor, ref, choice)
        outputs = [ranged if output == ref else output for output in outputs]
        shown = f"[{choice.low:g}, {choice.high:g}]"
        changes.append(Change(ChangeKind.FAKE_QUANT, ref.node, "-", f"FakeQuant {shown}", _RECOGNISED))
    return replace(eval_graph, graph=editor.result(), changes=tuple(changes), outputs=tuple(outputs))


def _insert(editor: GraphEditor, ref: TensorRef, choice: RangeChoice) -> TensorRef:
    """Let every reader of a tensor read it through a fake quant node; return the tensor of that."""
    name = editor.free_name(f"{ref.node}/given_range")
    ends = [_constant(editor, f"{name}/{end}", value) for end, value in (("min", choice.low), ("max", choice.high))]
    quant = NodeDef(name=name, op="FakeQuantWithMinMaxVars", input=[ref.as_input, *ends])
    quant.attr["num_bits"].i = 8
    quant.attr["narrow_range"].b = False
    editor.add(quant)
    editor.redirect(ref, TensorRef(name))
    return TensorRef(name)


def _constant(editor: GraphEditor, name: str, value: float) -> str:
    node = NodeDef(name=editor.free_name(name), op="Const")
    node.attr["dtype"].type = dtype_number("float32")
    node.attr["value"].tensor.CopyFrom(from_array(np.asarray(value, np.float32)))
    editor.add(node)
    return node.name
