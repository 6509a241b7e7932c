"""The moving statistics of a batch norm that nothing updates: the variables created beside its gamma and beta.

``tf.layers``, slim and Keras create ``moving_mean`` as zeros and ``moving_variance`` as ones in the scope of gamma and
beta, with their shape. A graph without update operations (exported from the forward pass alone) still holds them.
Structure decides: same scope, same shape, initial value zero for one and one for the other, no optimizer that trains
them; and exactly one pair that fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import source
from coldpress.eval_graph.op_kinds import is_optimizer
from coldpress.eval_graph.value_numbers import ONE, ZERO, ValueNumbers
from coldpress.eval_graph.variable_access import variable_at, variable_read, variable_shape, written_variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.tracked_choice import Statistics
    from coldpress.graph.tensor_ref import TensorRef


def sibling_statistics(
    editor: GraphEditor, statistics: Statistics, parameters: Sequence[TensorRef]
) -> tuple[str, str] | None:
    """Return the variables of the mean and of the variance beside ``parameters`` (gamma, beta), or None."""
    owned = [variable for tensor in parameters if (variable := variable_read(editor, tensor)) is not None]
    scopes = {name.rpartition("/")[0] for name in owned}
    shapes = {variable_shape(editor, name) for name in owned}
    if len(scopes) != 1 or len(shapes) != 1 or None in shapes:
        return None
    scope, shape = scopes.pop(), shapes.pop()
    found: dict[int, list[str]] = {ZERO: [], ONE: []}
    for name in statistics.variables_by_scope.get(scope, ()):
        if name in owned or variable_shape(editor, name) != shape or _is_trained(editor, name):
            continue
        found.get(_initial_value(editor, name), []).append(name)
    if len(found[ZERO]) != 1 or len(found[ONE]) != 1:
        return None
    return found[ZERO][0], found[ONE][0]


def _is_trained(editor: GraphEditor, variable: str) -> bool:
    return any(is_optimizer(editor[reader].op) for reader in editor.readers(variable))


def _initial_value(editor: GraphEditor, variable: str) -> int:
    """Return the value number of what a variable is initialised with; -1 where several assignments differ."""
    numbers = ValueNumbers(editor)
    values = set()
    for reader in editor.readers(variable):
        node = editor[reader]
        if written_variable(editor, node) != variable or "Sub" in node.op or "Add" in node.op:
            continue
        value = source(editor, editor.data_inputs(reader)[1])
        if editor[value.node].op not in ("RestoreV2", "Restore", "RestoreSlice") and variable_at(editor, value) is None:
            values.add(numbers[value])
    return values.pop() if len(values) == 1 else -1
