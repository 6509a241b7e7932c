"""Which variable tracks which statistic of the batch, whatever the layer's code called them.

An update lets a variable follow a tensor (``variable_updates``). Behind that tensor lies the statistic itself, seen
through what training code puts between the two:

- views and casts; ``where(size > 0, x, zeros)``
- Bessel's correction, put in or taken out (``FusedBatchNorm*:2`` is the unbiased variance)
- zero debiasing: ``V`` follows ``biased / (1 - decay ** step)``, and ``biased`` follows the statistic. Releases before
  1.13 end in AssignSub, later ones in Assign; batch renorm of 1.4 to 1.14 divides by a ``renorm_*_weight`` instead
- with a virtual batch, the mean over its parts
- batch renorm tracks ``sqrt(variance + epsilon)`` and squares it back
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from coldpress.eval_graph.batch_reduction import axes_of, keeps_dimensions
from coldpress.eval_graph.expressions import (
    ADD,
    DIVIDE,
    RESHAPING,
    VIEWS,
    constant,
    guarded_value,
    is_bessel_factor,
    operands,
    source,
    squared,
)
from coldpress.eval_graph.variable_access import variable_at, variable_read
from coldpress.eval_graph.variable_updates import updates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.eval_graph.variable_updates import Form, Update
    from coldpress.graph.tensor_ref import TensorRef

_LONGEST_CHAIN = 40
_MUL = frozenset({"Mul"})
_SUB = frozenset({"Sub"})
_WRITES = frozenset({"Assign", "AssignSub", "AssignAdd"})


class Held(NamedTuple):
    """A tensor that a variable holds, ``reshaped``: in another shape or type than the variable's."""

    tensor: TensorRef
    reshaped: bool


@dataclass(frozen=True, slots=True)
class Tracked:
    """``variable`` tracks ``statistic``.

    ``power`` says what it holds of it: 0 the statistic, -1 its square root (a standard deviation), 1 its square.
    ``held`` are the tensors that it stands for on the way from its update back to the statistic, the nearest first:
    the more is done to a statistic before it is averaged, the more its variable replaces. ``through`` are the
    variables in between (``biased``, ``renorm_mean``).
    """

    variable: str
    statistic: TensorRef
    form: Form
    power: int
    held: tuple[Held, ...]
    through: tuple[str, ...]


class _Origin(NamedTuple):
    """A tensor on the way back from an update, and what was passed."""

    tensor: TensorRef
    power: int
    held: tuple[Held, ...]
    through: tuple[str, ...] = ()
    reshaped: bool = False

    @classmethod
    def of(cls, tensor: TensorRef) -> _Origin:
        """Begin at what an update names."""
        return cls(tensor, 0, (Held(tensor, reshaped=False),))

    def back_to(self, tensor: TensorRef, *, reshaped: bool = False, power: int = 0) -> _Origin:
        """Take a step back, to what the tensor was made of."""
        reshaped = reshaped or self.reshaped
        power += self.power
        held = self.held if power else (*self.held, Held(tensor, reshaped))
        return _Origin(tensor, power, held, self.through, reshaped)

    def into(self, variable: str) -> _Origin:
        """Take a step back into a variable that was on the way."""
        return self._replace(through=(*self.through, variable))


class MovingAverages:
    """Every variable of a graph that follows something, by the statistic it tracks.

    It holds what the updates said when it was made, and no node: a graph may be rewritten after it.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._updates: dict[str, list[Update]] = {}
        for update in updates(nodes):
            self._updates.setdefault(update.variable, []).append(update)
        self._by_statistic: dict[TensorRef, list[Tracked]] = {}
        self._by_variable: dict[str, list[Tracked]] = {}
        walk = _WayBack(nodes, self._updates)
        for followed in self._updates.values():
            for update in followed:
                for tracked in walk.tracked(update):
                    self._by_statistic.setdefault(tracked.statistic, []).append(tracked)
                    self._by_variable.setdefault(tracked.variable, []).append(tracked)

    def __iter__(self) -> Iterator[Tracked]:
        for found in self._by_statistic.values():
            yield from found

    def of(self, statistic: TensorRef) -> tuple[Tracked, ...]:
        """Return what tracks a statistic, by whatever way and to whatever power."""
        return tuple(self._by_statistic.get(statistic, ()))

    def by_variable(self, variable: str) -> tuple[Tracked, ...]:
        """Return the statistics that a variable tracks."""
        return tuple(self._by_variable.get(variable, ()))

    def statistic(self, nodes: Nodes, tensor: TensorRef) -> tuple[TensorRef, int]:
        """Return the statistic that a tensor is a form of (the tensor itself where there is none), and its power."""
        return _WayBack(nodes, self._updates).statistic(tensor)


class _WayBack:
    """The way from what an update names back to the statistic."""

    def __init__(self, nodes: Nodes, updates_of: Mapping[str, list[Update]]) -> None:
        self._nodes = nodes
        self._updates = updates_of

    def statistic(self, tensor: TensorRef) -> tuple[TensorRef, int]:
        """Go back as far as variables allow."""
        origin = _Origin.of(tensor)
        for _ in range(_LONGEST_CHAIN):
            back = self._back(origin)
            if back is None or back.through:
                break
            origin = back
        return origin.tensor, origin.power

    def tracked(self, update: Update) -> Iterator[Tracked]:
        """Follow an update back to the statistic, and through the variables in between to theirs.

        What follows a variable as it is, is a copy of it (``ExponentialMovingAverage`` of the model's variables, moving
        statistics among them; a target network) and tracks no statistic of its own.
        """
        origins = [_Origin.of(update.tensor)]
        while origins:
            origin = origins.pop()
            if self._entered(source(self._nodes, origin.tensor, VIEWS)) is not None:
                continue
            origin, entered = self._walk(origin)
            if not entered:
                held, through = origin.held, origin.through
                yield Tracked(update.variable, origin.tensor, update.form, origin.power, held, through)
            elif entered != update.variable and entered not in origin.through[:-1]:
                origins += [origin.back_to(inner.tensor) for inner in self._updates.get(entered, ())]

    def _walk(self, origin: _Origin) -> tuple[_Origin, str]:
        """Go back as far as a statistic, or as into a variable; return the variable's name in the second case."""
        before = len(origin.through)
        for _ in range(_LONGEST_CHAIN):
            back = self._back(origin)
            if back is None:
                break
            origin = back
            if len(origin.through) > before:
                return origin, origin.through[-1]
        return origin, ""

    def _back(self, origin: _Origin) -> _Origin | None:
        """Take one step back, or return None at the statistic itself."""
        tensor, nodes = origin.tensor, self._nodes
        entered = self._entered(tensor)
        if entered is not None:
            return origin.into(entered)
        node = nodes.get(tensor.node)
        inputs = nodes.data_inputs(tensor.node) if node is not None else ()
        if node is None or not inputs:
            return None
        if node.op in VIEWS:
            return origin.back_to(inputs[0], reshaped=node.op in RESHAPING or node.op == "Cast")
        guarded = guarded_value(nodes, tensor)
        if guarded is not None:
            return origin.back_to(guarded)
        for step in (self._unscaled, self._debiased, self._rooted, self._unrooted, self._averaged):
            found = step(origin)
            if found is not None:
                return found
        return None

    def _entered(self, tensor: TensorRef) -> str | None:
        """Return the variable whose running value a tensor is, where the graph updates that variable."""
        node = self._nodes.get(tensor.node)
        if node is not None and node.op in _WRITES:
            inputs = self._nodes.data_inputs(node.name)
            return variable_at(self._nodes, inputs[0]) if inputs else None
        variable = variable_read(self._nodes, tensor)
        return variable if variable in self._updates else None

    def _unscaled(self, origin: _Origin) -> _Origin | None:
        """``x * (n - 1) / n`` is a form of ``x``."""
        for value, factor in _both_ways(operands(self._nodes, origin.tensor, _MUL)):
            if is_bessel_factor(self._nodes, factor) or self._is_near_one(factor):
                return origin.back_to(value)
        return None

    def _is_near_one(self, factor: TensorRef) -> bool:
        """Tell whether a factor may be Bessel's correction worked out beforehand, for four values at least."""
        value = constant(self._nodes, factor)
        return value is not None and value.size == 1 and value.dtype != object and 0.75 <= float(value.item()) <= 4 / 3

    def _debiased(self, origin: _Origin) -> _Origin | None:
        """``biased / (1 - decay ** step)`` is a form of what ``biased`` follows."""
        quotient = operands(self._nodes, origin.tensor, DIVIDE)
        if quotient is None:
            return None
        if is_bessel_factor(self._nodes, quotient[1]):
            return origin.back_to(quotient[0])
        entered = self._entered(source(self._nodes, quotient[0], VIEWS))
        return None if entered is None else origin.into(entered)

    def _rooted(self, origin: _Origin) -> _Origin | None:
        """``sqrt(x + epsilon)`` is the root of ``x``."""
        node = self._nodes.get(origin.tensor.node)
        if node is None or node.op != "Sqrt":
            return None
        inner = self._nodes.data_inputs(node.name)[0]
        for value, epsilon in _both_ways(operands(self._nodes, inner, ADD)):
            if constant(self._nodes, epsilon) is not None:
                return origin.back_to(value, power=-1)
        return None

    def _unrooted(self, origin: _Origin) -> _Origin | None:
        """``x * x - epsilon``, rectified or not, is the square of ``x``."""
        nodes, tensor = self._nodes, origin.tensor
        node = nodes.get(tensor.node)
        if node is not None and node.op == "Relu":
            tensor = nodes.data_inputs(node.name)[0]
        difference = operands(nodes, tensor, _SUB)
        if difference is None or constant(nodes, difference[1]) is None:
            return None
        root = squared(nodes, difference[0])
        return None if root is None else origin.back_to(root, power=1)

    def _averaged(self, origin: _Origin) -> _Origin | None:
        """``mean(means)`` over the parts of a virtual batch is a form of the means."""
        nodes = self._nodes
        outer = nodes.get(origin.tensor.node)
        inputs = nodes.data_inputs(outer.name) if outer is not None and outer.op == "Mean" else ()
        inner = nodes.get(inputs[0].node) if inputs else None
        if outer is None or inner is None or inner.op != "Mean" or not keeps_dimensions(outer):
            return None
        return origin.back_to(inputs[0]) if 0 in (axes_of(nodes, inner) or ()) else None


def _both_ways(pair: tuple[TensorRef, TensorRef] | None) -> tuple[tuple[TensorRef, TensorRef], ...]:
    return () if pair is None else (pair, (pair[1], pair[0]))
