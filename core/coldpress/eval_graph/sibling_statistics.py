"""The moving statistics of a batch norm that nothing updates: the variables created beside its gamma and beta.

``tf.layers``, slim and Keras create ``moving_mean`` as zeros and ``moving_variance`` as ones in the scope of gamma and
beta, with their shape. A graph without update operations (exported from the forward pass alone) still holds them.
Structure decides: same scope, same shape, initial value zero for one and one for the other, no optimizer that trains
them; and exactly one pair that fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.initial_values import initial_value
from coldpress.eval_graph.op_kinds import is_optimizer
from coldpress.eval_graph.variable_access import variable_read, variable_shape

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
    found: dict[float | None, list[str]] = {0.0: [], 1.0: []}
    for name in statistics.variables_by_scope.get(scope, ()):
        if name in owned or variable_shape(editor, name) != shape or _is_trained(editor, name):
            continue
        found.get(initial_value(editor, name), []).append(name)
    if len(found[0.0]) != 1 or len(found[1.0]) != 1:
        return None
    return found[0.0][0], found[1.0][0]


def _is_trained(editor: GraphEditor, variable: str) -> bool:
    return any(is_optimizer(editor[reader].op) for reader in editor.readers(variable))
