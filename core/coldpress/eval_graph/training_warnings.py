"""What the trained values say about the training itself.

None of it shows in the graph alone: moving statistics and ranges that nothing ever updated (the update operations were
there, and nobody ran them), a quantization delay that was not reached, values that are no numbers, layers whose
weights are all zero, a checkpoint from before the first step. Without a checkpoint only the layers that have no ranges
can be named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.batch_reduction import is_statistic
from coldpress.eval_graph.fake_quant import RANGED_OPS
from coldpress.eval_graph.inference_path import inference_path, variables_read
from coldpress.eval_graph.initial_values import initial_value
from coldpress.eval_graph.layers_without_ranges import LAYER_OPS, layers_without_ranges, weight_variables
from coldpress.eval_graph.moving_averages import MovingAverages
from coldpress.eval_graph.op_kinds import BATCH_NORM_OPS
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.quant_delay import delays
from coldpress.eval_graph.trained_values import TrainedValues
from coldpress.eval_graph.training_steps import training_step
from coldpress.eval_graph.variable_access import variable_read, variable_shape
from coldpress.eval_graph.variable_updates import Form
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.facts import Fact
    from coldpress.graph.graph import Graph

_MEAN, _VARIANCE = 3, 4


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Look at what the outputs read; change nothing."""
    path = inference_path(editor, request)
    findings = [*layers_without_ranges(editor, path)]
    if request.checkpoint is not None:
        values = TrainedValues(editor.source, request.checkpoint)
        findings += _Warnings(editor, path, values).all()
    return PassResult(findings=tuple(findings))


class _Warnings:
    """The warnings about an eval graph (``editor``) that was made from a training graph (``editor.source``)."""

    def __init__(self, editor: GraphEditor, path: dict[str, None], values: TrainedValues) -> None:
        self._editor = editor
        self._source: Graph = editor.source
        self._path = path
        self._values = values
        self._variables = sorted(variables_read(editor, path))
        self._averages = MovingAverages(self._source)

    def all(self) -> Iterator[Finding]:
        """Yield every finding, what spoils the result first."""
        yield from self._not_finite()
        yield from self._ranges_inverted()
        yield from self._first_step()
        yield from self._statistics_never_updated()
        yield from self._delay_not_reached()
        yield from self._ranges_never_updated()
        yield from self._dead_layers()

    def _is_all(self, variable: str, value: float | None) -> bool:
        facts = self._values.facts(variable)
        return facts is not None and value is not None and facts.is_all(value)

    def _not_finite(self) -> Iterator[Finding]:
        found = {name: facts for name in self._variables if (facts := self._values.facts(name)) is not None}
        broken = {name: facts for name, facts in found.items() if facts.nan or facts.infinite}
        if broken:
            totals: dict[str, Fact] = {
                "nan": sum(f.nan for f in broken.values()),
                "infinite": sum(f.infinite for f in broken.values()),
            }
            yield Finding("eval_graph.values_not_finite", Severity.BLOCK, tuple(broken), totals)

    def _ranges(self) -> Iterator[tuple[str, str, str]]:
        """Yield the fake quantizations whose range is read from two variables, with those."""
        for name in self._path:
            if self._editor[name].op in RANGED_OPS and len(self._editor.data_inputs(name)) == 3:
                low, high = (variable_read(self._editor, end) for end in self._editor.data_inputs(name)[1:3])
                if low is not None and high is not None:
                    yield name, low, high

    def _ranges_inverted(self) -> Iterator[Finding]:
        """Find ranges whose smallest value lies above the largest."""
        found = []
        for name, low, high in self._ranges():
            ends = self._values.facts(low), self._values.facts(high)
            if ends[0] is not None and ends[1] is not None and ends[0].count == 1 and ends[0].low > ends[1].high:
                found.append(name)
        if found:
            yield Finding("eval_graph.range_inverted", Severity.BLOCK, tuple(found))

    def _first_step(self) -> Iterator[Finding]:
        step = training_step(self._source, self._values)
        if step is not None and step[1] == 0:
            yield Finding("eval_graph.checkpoint_of_step_0", Severity.WARNING, (step[0],), {"counter": step[0]})

    def _statistics_never_updated(self) -> Iterator[Finding]:
        groups = self._moving_statistics()
        idle = [
            variables
            for variables in groups
            if all(self._is_all(name, 0.0) or self._is_all(name, 1.0) for name in variables)
        ]
        if idle:
            names = tuple(name for variables in idle for name in variables)
            facts: dict[str, Fact] = {"idle": len(idle), "batch_norms": len(groups)}
            yield Finding("eval_graph.statistics_never_updated", Severity.WARNING, names, facts)

    def _moving_statistics(self) -> list[tuple[str, ...]]:
        """Return the variables of each batch norm that hold its statistics."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self._path:
            if self._editor[name].op in BATCH_NORM_OPS:
                inputs = self._editor.data_inputs(name)[_MEAN : _VARIANCE + 1]
                pair = tuple(v for tensor in inputs if (v := variable_read(self._editor, tensor)) is not None)
                found.update(dict.fromkeys(pair, pair))
        scopes: dict[str, dict[str, None]] = {}
        for variable in self._tracking_variables():
            if variable not in found:
                scopes.setdefault(variable.rpartition("/")[0], {})[variable] = None
        return [*dict.fromkeys(found.values()), *(tuple(names) for names in scopes.values())]

    def _tracking_variables(self) -> Iterator[str]:
        """Yield the variables on the path that track a statistic, ranges left out."""
        ranges = {end for _, *ends in self._ranges() for end in ends}
        wanted = set(self._variables) - ranges
        for tracked in self._averages:
            if tracked.variable not in wanted or tracked.form is not Form.AVERAGE:
                continue
            node = self._source.get(tracked.statistic.node)
            fused = node is not None and node.op in BATCH_NORM_OPS
            if fused or is_statistic(self._source, tracked.statistic):
                yield tracked.variable

    def _delay_not_reached(self) -> Iterator[Finding]:
        for counter, delay in sorted(
            {(d.counter, d.step) for d in delays(self._source) if d.quantizer.node in self._path}
        ):
            facts = self._values.facts(counter)
            if facts is not None and facts.count == 1 and facts.low < delay:
                said: dict[str, Fact] = {"counter": counter, "step": int(facts.low), "delay": delay}
                yield Finding("eval_graph.quant_delay_not_reached", Severity.WARNING, (counter,), said)

    def _ranges_never_updated(self) -> Iterator[Finding]:
        ranges = list(self._ranges())
        idle = [name for name, low, high in ranges if self._is_at_start(low) and self._is_at_start(high)]
        if idle:
            facts: dict[str, Fact] = {"idle": len(idle), "ranges": len(ranges)}
            yield Finding("eval_graph.ranges_never_updated", Severity.WARNING, tuple(idle), facts)

    def _is_at_start(self, variable: str) -> bool:
        """Tell whether a variable has its initial value, and not because an average came back to it.

        The largest value behind a Relu6 is 6, which is also what its range starts with; the average's own accumulator
        (``biased``) knows the difference.
        """
        inner = {name for tracked in self._averages.by_variable(variable) for name in tracked.through}
        if any((facts := self._values.facts(name)) is not None and not facts.is_all(0.0) for name in inner):
            return False
        return self._is_all(variable, initial_value(self._source, variable))

    def _dead_layers(self) -> Iterator[Finding]:
        dead = [name for name in self._path if any(self._is_all(weights, 0.0) for weights in self._weights(name))]
        if dead:
            yield Finding("eval_graph.dead_layers", Severity.WARNING, tuple(dead))

    def _weights(self, name: str) -> tuple[str, ...]:
        """Return the variables of a layer's weights: of what is folded into them, only the weights themselves."""
        if self._editor[name].op not in LAYER_OPS or len(self._editor.data_inputs(name)) != 2:
            return ()
        return tuple(v for v in weight_variables(self._editor, name) if len(variable_shape(self._editor, v) or ()) > 1)
