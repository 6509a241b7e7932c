"""Choosing among several variables that track one statistic: by structure first, by name only between equals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from coldpress.eval_graph.inference_path import inference_path, variables_read
from coldpress.eval_graph.moving_averages import MovingAverages
from coldpress.eval_graph.op_kinds import VARIABLE_OPS
from coldpress.eval_graph.variable_access import variable_shape
from coldpress.eval_graph.variable_updates import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.moving_averages import Tracked
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.graph.tensor_ref import TensorRef

_USUAL_NAMES = ("moving_", "running_", "pop_", "population_", "ema_", "avg_")
"""How the variables of ``tf.layers``, slim, Keras, ports of PyTorch models and tutorials begin."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The variable that tracks a statistic; where ``chosen`` is None, ``rivals`` could not be told apart."""

    chosen: Tracked | None
    rivals: tuple[str, ...] = ()


_AVERAGES: WeakKeyDictionary[GraphEditor, MovingAverages] = WeakKeyDictionary()
"""Updates lie beside the path of the outputs, where no pass changes anything: one look at them serves every pass."""


def _moving_averages(editor: GraphEditor) -> MovingAverages:
    if editor not in _AVERAGES:
        _AVERAGES[editor] = MovingAverages(editor)
    return _AVERAGES[editor]


class Statistics:
    """The moving averages of a graph under rewrite, and which of them stands for a statistic in inference."""

    def __init__(self, editor: GraphEditor, request: EvalRequest) -> None:
        self._editor = editor
        self._request = request
        self.path = inference_path(editor, request)
        self.averages = _moving_averages(editor)

    @cached_property
    def _busy(self) -> set[str]:
        """The variables that the forward pass reads, as training wrote it or as it is now."""
        before = variables_read(self._editor.source, inference_path(self._editor.source, self._request))
        return before | variables_read(self._editor, self.path)

    @cached_property
    def variables_by_scope(self) -> Mapping[str, list[str]]:
        """Return the variables of each name scope."""
        scopes: dict[str, list[str]] = {}
        for node in self._editor:
            if node.op in VARIABLE_OPS:
                scopes.setdefault(node.name.rpartition("/")[0], []).append(node.name)
        return scopes

    def choose(self, statistic: TensorRef, *, shape: tuple[int, ...] | None = None, power: int = 0) -> Choice:
        """Choose the variable to read in the place of ``statistic``; ``shape`` is its shape, where known."""
        candidates = [found for found in self.averages.of(statistic) if found.power == power]
        candidates = [found for found in candidates if self._has_shape(found.variable, shape)]
        inner = {variable for found in candidates for variable in found.through}
        preferences: Sequence[Callable[[Tracked], bool]] = (
            # A variable in between (biased, renorm_mean) serves the one behind it.
            lambda found: found.variable not in inner,
            lambda found: found.form is Form.AVERAGE or bool(found.through),
            # What the forward pass of training reads itself (batch renorm's corrections) is no inference value.
            lambda found: found.variable not in self._busy,
            lambda found: found.variable.rpartition("/")[2].startswith(_USUAL_NAMES),
        )
        for prefer in preferences:
            if len({found.variable for found in candidates}) < 2:
                break
            candidates = [found for found in candidates if prefer(found)] or candidates
        rivals = tuple(dict.fromkeys(found.variable for found in candidates))
        return Choice(candidates[0] if len(rivals) == 1 else None, rivals)

    def _has_shape(self, variable: str, shape: tuple[int, ...] | None) -> bool:
        own = variable_shape(self._editor, variable)
        return own is None or shape is None or own == shape
