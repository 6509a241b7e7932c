"""Value numbering: which tensors are provably equal, provably one, provably zero.

Only arithmetic on variables and constants is followed, so a quotient of equal values is one and a difference zero
without looking at a name. This is what takes contrib.quantize's batch norm corrections away: once the batch's
statistics are the moving ones, ``rsqrt(v + e) / rsqrt(v + e)`` is one, whatever the operation is called, and an
operation that merely looks like a correction is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import ADD, DIVIDE, RESHAPING, SAME_VALUE, constant_value
from coldpress.eval_graph.op_kinds import MERGE_OPS, SWITCH_OPS
from coldpress.eval_graph.variable_access import variable_read

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.tensor_ref import TensorRef

ZERO, ONE = 0, 1
"""Numbers of the tensors that are zero, or one, in every element and whatever their shape."""

_COMMUTATIVE = ADD | {"Mul"}
_ARITHMETIC = _COMMUTATIVE | DIVIDE | {"Sub", "Rsqrt", "Sqrt", "Reciprocal", "Inv", "Neg", "Square"}
_SAME_ELEMENTS = SAME_VALUE | RESHAPING
_FOLLOWED = _ARITHMETIC | _SAME_ELEMENTS | MERGE_OPS | {"Fill", "OnesLike", "ZerosLike"}
_LARGEST_CONSTANT = 1 << 16


class ValueNumbers:
    """Equal numbers mean equal values.

    ``equal`` says which tensors to take for which others beforehand, ``known`` which ones are ``ZERO`` or ``ONE``.
    """

    def __init__(
        self,
        nodes: Nodes,
        equal: Mapping[TensorRef, TensorRef] | None = None,
        known: Mapping[TensorRef, int] | None = None,
    ) -> None:
        self._nodes = nodes
        self._equal = equal or {}
        self._numbers: dict[TensorRef, int] = dict(known or {})
        self._keys: dict[Hashable, int] = {}
        self._data: set[int] = set()
        self._variable: set[int] = set()
        self._proven: set[TensorRef] = set(self._numbers)

    def __getitem__(self, ref: TensorRef) -> int:
        """Return the number of a tensor's value."""
        stack, entered = [ref], set()
        while stack:
            top = stack[-1]
            parts = () if top in self._numbers else self._parts(top)
            # A tensor that is met again before it has a number lies on a cycle; _combine takes it for unknown.
            missing = [] if top in entered else [part for part in parts if part not in self._numbers]
            if missing:
                entered.add(top)
                stack.extend(missing)
                continue
            if top not in self._numbers:
                self._set(top, parts)
            stack.pop()
        return self._numbers[ref]

    def follows(self, ref: TensorRef) -> bool:
        """Tell whether a one or a zero follows from equal values of variables, rather than from constants alone."""
        return self[ref] in (ZERO, ONE) and ref in self._proven

    def _set(self, ref: TensorRef, parts: Sequence[TensorRef]) -> None:
        numbers = [self._numbers.get(part) for part in parts]
        self._numbers[ref] = self._combine(ref, numbers)
        if self._numbers[ref] not in (ZERO, ONE):
            return
        equal = len(numbers) == 2 and numbers[0] == numbers[1] and numbers[0] in self._variable
        if equal or not self._proven.isdisjoint(parts):
            self._proven.add(ref)

    def _parts(self, ref: TensorRef) -> tuple[TensorRef, ...]:
        """Return the tensors that decide the value of ``ref``."""
        if ref in self._equal:
            return (self._equal[ref],)
        node = self._nodes.get(ref.node)
        if node is None or node.op not in _FOLLOWED or variable_read(self._nodes, ref) is not None:
            return ()
        if ref.output and node.op not in SWITCH_OPS:
            return ()
        inputs = self._nodes.data_inputs(node.name)
        if node.op == "Fill":
            return inputs[1:2]
        return inputs[:1] if node.op in _SAME_ELEMENTS else inputs

    def _combine(self, ref: TensorRef, parts: Sequence[int | None]) -> int:
        """Return the number of a tensor whose parts are numbered (None: unknown)."""
        known = [part for part in parts if part is not None]
        if ref in self._equal and known:
            return known[0]
        node = self._nodes.get(ref.node)
        if node is None or len(known) != len(parts) or not known:
            return self._leaf(ref, node)
        simple = self._simplified(node.op, known)
        if simple is not None:
            return simple
        if node.op in RESHAPING:
            # The same elements in another shape: not interchangeable with the original.
            return self._keyed((*self._shape_key(ref), known[0]), known)
        if node.op not in _ARITHMETIC:
            return self._leaf(ref, node)
        kind = "Add" if node.op in ADD else "RealDiv" if node.op in DIVIDE else node.op
        return self._keyed((kind, *(sorted(known) if node.op in _COMMUTATIVE else known)), known)

    def _shape_key(self, ref: TensorRef) -> tuple[Hashable, ...]:
        inputs = self._nodes.data_inputs(ref.node)
        node = self._nodes.get(inputs[1].node) if len(inputs) > 1 else None
        value = None if node is None else constant_value(node)
        return ("reshape", ref.node) if value is None else ("reshape", value.tobytes())

    def _simplified(self, op: str, parts: list[int]) -> int | None:
        """Apply the algebra of one and zero."""
        first, last = parts[0], parts[-1]
        if op in SAME_VALUE or op == "Fill":
            return first
        if op in MERGE_OPS:
            return first if len(set(parts)) == 1 else None
        if op in RESHAPING or op in ("Sqrt", "Rsqrt", "Reciprocal", "Inv", "Square", "Neg"):
            return _of_one_or_zero(op, first)
        if op in ("OnesLike", "ZerosLike"):
            return ONE if op == "OnesLike" else ZERO
        return self._pair(op, first, last) if len(parts) == 2 else None

    def _pair(self, op: str, first: int, last: int) -> int | None:
        if op == "Mul":
            return ZERO if ZERO in (first, last) else last if first == ONE else first if last == ONE else None
        if op in ADD:
            return last if first == ZERO else first if last == ZERO else None
        if op == "Sub":
            return first if last == ZERO else ZERO if first == last and first not in self._data else None
        if op in DIVIDE:
            return first if last == ONE else ONE if first == last and first not in self._data else None
        return None

    def _leaf(self, ref: TensorRef, node: NodeDef | None) -> int:
        variable = variable_read(self._nodes, ref)
        if variable is not None:
            number = self._keyed(("variable", variable), [])
            self._variable.add(number)
            return number
        value = None if node is None or node.op != "Const" else _small(node)
        if value is not None:
            return self._constant(value)
        number = self._keyed(("tensor", ref), [])
        self._data.add(number)
        return number

    def _constant(self, key: tuple[str, bytes, float | None]) -> int:
        uniform = key[2]
        if uniform in (0.0, 1.0):
            return ZERO if uniform == 0.0 else ONE
        return self._keyed(key, [])

    def _keyed(self, key: Hashable, parts: list[int]) -> int:
        number = self._keys.setdefault(key, len(self._keys) + ONE + 1)
        for kind in (self._data, self._variable):
            if not kind.isdisjoint(parts):
                kind.add(number)
        return number


def _of_one_or_zero(op: str, number: int) -> int | None:
    if number == ONE and op != "Neg":
        return ONE
    return ZERO if number == ZERO and op not in ("Rsqrt", "Reciprocal", "Inv") else None


def _small(node: NodeDef) -> tuple[str, bytes, float | None] | None:
    """Return a key of a constant's value, with the value of every element where they are all alike."""
    tensor = node.attr["value"].tensor
    if any(dim.size > _LARGEST_CONSTANT for dim in tensor.tensor_shape.dim):
        return None
    value = constant_value(node)
    if value is None or value.dtype.kind in "OcSU" or not value.size or value.size > _LARGEST_CONSTANT:
        return None
    flat = value.reshape(-1)
    alike = bool((flat == flat[0]).all())
    return (f"{value.dtype}{value.shape}", value.tobytes(), float(flat[0]) if alike else None)
