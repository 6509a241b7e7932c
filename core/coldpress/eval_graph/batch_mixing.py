"""Where a sample's result depends on the other samples of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.batch_reduction import REDUCTIONS, reduces_batch
from coldpress.eval_graph.inference_path import data_path, inference_path
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_SIZES = frozenset({"Shape", "ShapeN", "Size", "Rank"})


class BatchMixing:
    """The operations on the path of the outputs that carry samples, and those that mix the batch into them.

    A statistic over the batch mixes where it comes back to the samples, as a mean that is subtracted from each. A loss
    is a statistic too, but ends as a number of its own.
    """

    def __init__(self, editor: GraphEditor, request: EvalRequest) -> None:
        self.path = inference_path(editor, request)
        self.data = data_path(editor, request, self.path)
        samples = data_path(editor, request, self.path, stop=lambda name: _ends_samples(editor, name))
        self.mixed_in = self.data & editor.ancestors(samples).keys()


def _ends_samples(editor: GraphEditor, name: str) -> bool:
    op = editor[name].op
    return op in _SIZES or (op in REDUCTIONS and reduces_batch(editor, TensorRef(name)))
