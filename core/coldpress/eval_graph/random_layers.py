"""Recognising what a random operation does to a tensor, by what it computes rather than by how it is written.

From a random operation the element-wise operations that depend on it are followed. At each of them some operand is
taken for the layer's input ``x``, and the expression between is evaluated for a few values of ``x`` over the whole
distribution of the random number. Then

* two values, ``0`` and ``c x``, whose mean is ``x``: **dropout**, however keep_prob, rate or scale are computed;
* two values that leave mean and variance of standardised activations alone: **alpha dropout**
  (Klambauer et al. 2017, https://arxiv.org/abs/1706.02515);
* ``x`` plus noise of mean zero, or ``x`` times normal noise of mean one, with a constant deviation: **noise**.

A ``placeholder_with_default`` that is no input has its default; a standard deviation of 0 by default leaves ``x`` as it
is. Uniform noise of width one is not taken for noise: it stands for rounding (Ballé et al. 2017, learned compression,
https://arxiv.org/abs/1611.01704), and inference rounds instead.

Anything else is not recognised. A dropout that does not divide by keep_prob has another mean and is not recognised
either: its inference is no identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.constants import EVALUATED, Evaluator
from coldpress.eval_graph.declared import declared_type
from coldpress.eval_graph.op_kinds import VARIABLE_OPS, is_random
from coldpress.eval_graph.random_draws import DRAWS, UNIFORM, draws
from coldpress.formats.tensors import dtype_name, numpy_dtype
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.constants import Value
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_SAMPLES: np.ndarray = np.array([[0.7], [-1.9], [3.1]])
"""Values tried for the input of a layer."""
_LARGEST_PATTERN = 64
"""Nodes followed from one random operation; alpha dropout, the longest pattern, has fewer than 20."""
_DEPTH = 3
"""Operands between the product with the mask and the input of a dropout: ``x * scale``, through a fake quant."""
_ALPHA = -1.7580993408473766
"""Negative saturation value of SELU, ``-scale * alpha``."""


class RandomLayer(StrEnum):
    """What a random operation was recognised to be part of."""

    DROPOUT = "dropout"
    ALPHA_DROPOUT = "alpha_dropout"
    ADDITIVE_NOISE = "additive_noise"
    MULTIPLICATIVE_NOISE = "multiplicative_noise"


@dataclass(frozen=True, slots=True)
class RandomMatch:
    """``output`` is ``kind`` applied to ``source``, drawn from ``random``; ``keep`` is the share of elements kept."""

    kind: RandomLayer
    random: str
    output: TensorRef
    source: TensorRef
    keep: float = 1.0


def find_random_layers(editor: GraphEditor, request: EvalRequest) -> Iterator[RandomMatch]:
    """Yield the layers that random operations make on the path of the outputs; the graph may be edited in between."""
    scope = editor.ancestors(output.node for output in request.outputs)
    randoms = [name for name in scope if draws(editor[name].op) is not None]
    if not randoms:
        return
    data = _data(editor, request, scope)
    fed = frozenset(tensor.node for tensor in request.inputs)
    for name in randoms:
        yield from _layers_of(editor, name, data, fed)


def _data(editor: GraphEditor, request: EvalRequest, scope: dict[str, None]) -> set[str]:
    """Return what carries data or weights: only that can be the input of a layer.

    Without this, the mean of ``tf.random_normal`` would be "the input" of its own noise.
    """
    weights = [name for name in scope if editor[name].op in VARIABLE_OPS and _has_elements(editor, name)]
    data = {*weights, *(tensor.node for tensor in request.inputs)}
    stack = list(data)
    while stack:
        found = [reader for reader in editor.readers(stack.pop()) if reader in scope and reader not in data]
        data.update(found)
        stack.extend(found)
    return data


def _has_elements(editor: GraphEditor, variable: str) -> bool:
    kind = declared_type(editor, TensorRef(variable))
    return kind is None or kind.shape is None or bool(kind.shape)


def _layers_of(editor: GraphEditor, random: str, data: set[str], fed: frozenset[str]) -> Iterator[RandomMatch]:
    """Follow one random operation forward; stop at each layer found."""
    dependent = {random}
    queue = [random]
    while queue and len(dependent) < _LARGEST_PATTERN:
        name = queue.pop(0)
        for reader in editor.readers(name):
            if reader in dependent or editor[reader].op not in EVALUATED:
                continue
            dependent.add(reader)
            match = _match(editor, random, reader, dependent, data, fed)
            if match is None:
                queue.append(reader)
            else:
                yield match


def _match(
    editor: GraphEditor, random: str, name: str, dependent: set[str], data: set[str], fed: frozenset[str]
) -> RandomMatch | None:
    frontier = _frontier(editor, name, dependent)
    for source in _sources(editor, frontier):
        if source.node not in data:
            continue
        trial = _Trial(editor, random, TensorRef(name), source, fed)
        kind = trial.kind()
        if kind is not None:
            return RandomMatch(kind, random, TensorRef(name), source, trial.keep)
    return None


def _frontier(editor: GraphEditor, name: str, dependent: set[str]) -> list[TensorRef]:
    """Return the operands of the pattern that ends at ``name`` which do not depend on the random number."""
    found: dict[TensorRef, None] = {}
    seen = {name}
    stack = [name]
    while stack:
        for ref in editor.data_inputs(stack.pop()):
            if ref.node in dependent and ref.node not in seen:
                seen.add(ref.node)
                stack.append(ref.node)
            elif ref.node not in dependent:
                found[ref] = None
    return list(found)


def _sources(editor: GraphEditor, frontier: list[TensorRef]) -> Iterator[TensorRef]:
    """Yield what may be the input of the layer: the operands, then what they are scaled from."""
    level = frontier
    for _ in range(_DEPTH):
        yield from level
        deeper: list[TensorRef] = []
        for ref in level:
            node = editor.producer(ref)
            if node is not None and node.op in ("Mul", "RealDiv", "Div", "FakeQuantWithMinMaxVars", "Identity"):
                deeper.extend(editor.data_inputs(node.name)[: 1 if node.op.startswith("FakeQuant") else 2])
        level = deeper


class _Trial:
    """One expression, evaluated with ``source`` as its input over the distribution of ``random``."""

    def __init__(
        self, editor: GraphEditor, random: str, output: TensorRef, source: TensorRef, fed: frozenset[str]
    ) -> None:
        self._editor = editor
        self._fed = fed
        self._leaves = 0
        self.keep = 1.0
        self._normal = editor[random].op not in UNIFORM
        self._tolerance = 2e-2 if _is_short(editor, output) else 2e-3
        drawn = draws(editor[random].op)
        known = {TensorRef(random): drawn, source: _SAMPLES} if drawn is not None else {}
        value = Evaluator(editor, known, leaf=self._leaf, elementwise=True, limit=200).value(output)
        self._value = None if value is None else _table(value)

    def kind(self) -> RandomLayer | None:
        """Tell what the expression is, if it is one of the layers known."""
        if self._value is None or not np.isfinite(self._value).all():
            return None
        tests = (
            (RandomLayer.DROPOUT, self._is_dropout),
            (RandomLayer.ALPHA_DROPOUT, self._is_alpha_dropout),
            (RandomLayer.ADDITIVE_NOISE, self._is_additive),
            (RandomLayer.MULTIPLICATIVE_NOISE, self._is_multiplicative),
        )
        return next((kind for kind, test in tests if test(self._value)), None)

    def _is_dropout(self, value: Value) -> bool:
        kept = value != 0
        keep = kept.mean(axis=1, keepdims=True)
        self.keep = float(keep[0, 0])
        if not keep.all() or (self._normal and kept.all()):
            return False
        return self._close(value, np.where(kept, _SAMPLES / keep, 0), 1 + float((1 / keep).max()))

    def _is_alpha_dropout(self, value: Value) -> bool:
        """Check the affine correction: kept ``a x + b``, dropped ``a alpha + b``, with the paper's ``a`` and ``b``."""
        dropped = np.isclose(value[0], value[1]) & np.isclose(value[0], value[2])
        keep = 1 - dropped.mean()
        if self._normal or not 0 < keep < 1:
            return False
        a = (keep + keep * (1 - keep) * _ALPHA**2) ** -0.5
        b = -a * _ALPHA * (1 - keep)
        self.keep = float(keep)
        return self._close(value[:, dropped], np.full_like(_SAMPLES, a * _ALPHA + b), 4) and self._close(
            value[:, ~dropped], a * _SAMPLES + b, 4
        )

    def _is_additive(self, value: Value) -> bool:
        noise = value - _SAMPLES
        if not noise.any():
            return True
        centred = abs(noise.mean()) <= self._tolerance * max(noise.std(), 1e-12)
        rounds = not self._normal and abs(np.ptp(noise[0]) - 1) < self._tolerance
        return not rounds and not self._leaves and centred and self._close(noise, noise[:1], 1)

    def _is_multiplicative(self, value: Value) -> bool:
        noise = value / _SAMPLES
        centred = abs(noise.mean() - 1) <= self._tolerance
        return self._normal and not self._leaves and centred and self._close(noise, noise[:1], 1)

    def _close(self, value: Value, expected: Value, weight: float) -> bool:
        """Compare within the error of reading a probability off ``DRAWS`` draws."""
        tolerance = (self._tolerance + weight / DRAWS) * (1 + np.abs(expected))
        return bool((np.abs(value - expected) <= tolerance).all())

    def _leaf(self, tensor: TensorRef) -> Value | None:
        """Give an unknown operand (a fed keep_prob, a variable) one value for each sample."""
        node = self._editor.producer(tensor)
        if node is None or is_random(node.op) or self._leaves >= _LARGEST_PATTERN:
            return None
        if node.op == "PlaceholderWithDefault" and node.name not in self._fed:
            default = Evaluator(self._editor).value(self._editor.data_inputs(node.name)[0])
            if default is not None and default.size == 1:
                return default.reshape(1, 1)
        self._leaves += 1
        return _leaf_values(self._editor, tensor, self._leaves)


def _leaf_values(editor: GraphEditor, tensor: TensorRef, number: int) -> Value:
    """Return distinct values between 0.2 and 0.8, in the tensor's dtype (booleans: some of each)."""
    values = 0.2 + 0.6 * np.modf(np.array([[0.31], [0.62], [0.93]]) + 0.377 * number)[0]
    kind = declared_type(editor, tensor)
    name = "float32" if kind is None or not kind.dtype else dtype_name(kind.dtype)
    if name in ("string", "resource", "variant"):
        return values.astype(np.float32)
    if name == "bool":
        return values > 0.5
    dtype = numpy_dtype(name)
    return (values * 10).astype(dtype) if dtype.kind in "iu" else values.astype(dtype)


def _table(value: Value) -> Value | None:
    """Return values as [samples, draws]; None where the expression does not depend on both."""
    shape = (len(_SAMPLES), DRAWS)
    return value.astype(np.float64) if value.shape == shape else None


def _is_short(editor: GraphEditor, tensor: TensorRef) -> bool:
    kind = declared_type(editor, tensor)
    return kind is not None and dtype_name(kind.dtype) in ("float16", "bfloat16")
