"""Where a sample's result depends on the other samples of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.batch_reduction import REDUCTIONS, reduces_batch
from coldpress.eval_graph.expressions import constant
from coldpress.eval_graph.inference_path import data_path, inference_path
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_SIZES = frozenset({"Shape", "ShapeN", "Size", "Rank"})


class BatchMixing:
    """The operations on the path of the outputs that carry samples, and those that mix the batch into them.

    A statistic over the batch mixes where it comes back to the samples, as a mean that is subtracted from each. A loss
    is a statistic too, but ends as a number of its own. ``single`` are the operations that see one image before it is
    made a batch of one (``per_image_standardization`` behind a decoder): there the first axis is none of a batch.
    """

    def __init__(self, editor: GraphEditor, request: EvalRequest) -> None:
        self.path = inference_path(editor, request)
        self.data = data_path(editor, request, self.path)
        samples = data_path(editor, request, self.path, stop=lambda name: _ends_samples(editor, name))
        self.mixed_in = self.data & editor.ancestors(samples).keys()
        self.single = self.data & _before_batching(editor, request, self.data)


def _before_batching(editor: GraphEditor, request: EvalRequest, data: set[str]) -> set[str]:
    """Return what leads to an ExpandDims in front, where the inputs are images of three dimensions at most."""
    if not all(_rank(editor, tensor) in (1, 2, 3) for tensor in request.inputs):
        return set()
    batching = [name for name in data if editor[name].op == "ExpandDims" and _axis(editor, name) == 0]
    return set(editor.ancestors(batching)) - set(batching)


def _rank(editor: GraphEditor, tensor: TensorRef) -> int | None:
    node = editor.get(tensor.node)
    if node is None or "shape" not in node.attr or node.attr["shape"].shape.unknown_rank:
        return None
    return len(node.attr["shape"].shape.dim)


def _axis(editor: GraphEditor, name: str) -> int | None:
    inputs = editor.data_inputs(name)
    value = constant(editor, inputs[1]) if len(inputs) == 2 else None
    return None if value is None or value.size != 1 else int(value.item())


def _ends_samples(editor: GraphEditor, name: str) -> bool:
    op = editor[name].op
    return op in _SIZES or (op in REDUCTIONS and reduces_batch(editor, TensorRef(name)))
