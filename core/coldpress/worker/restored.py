"""Values from a checkpoint into the variables of an imported graph; its own initializers and Saver are never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import ConverterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

_REF_VARIABLES: Final = ("Variable", "VariableV2")
_RESOURCE_VARIABLES: Final = ("VarHandleOp",)


def restore(
    session: Any,
    graph: Any,
    checkpoint: str,
    keys: Mapping[str, str],
    progress: Callable[[int, int], None],
    *,
    slices: Mapping[str, tuple[tuple[int, int], ...]] | None = None,
) -> None:
    """Give every variable of ``graph`` its value, one at a time; ``keys`` are those that differ from the names.

    ``slices`` has start and length along each dimension where a variable is a part of its key's value. Raises
    ``ConverterError`` where the checkpoint lacks one.
    """
    import tensorflow as tf

    reader = tf.compat.v1.train.NewCheckpointReader(checkpoint)
    found = [op for op in graph.get_operations() if op.type in (*_REF_VARIABLES, *_RESOURCE_VARIABLES)]
    for done, op in enumerate(found):
        key = keys.get(op.name, op.name)
        if not reader.has_tensor(key):
            raise ConverterError("worker.no_such_variable", variable=op.name, key=key)
        dtype = op.get_attr("dtype")
        value = tf.compat.v1.placeholder(dtype)
        if op.type in _REF_VARIABLES:
            assign = tf.raw_ops.Assign(ref=op.outputs[0], value=value, validate_shape=False).op
        else:
            assign = tf.raw_ops.AssignVariableOp(resource=op.outputs[0], value=value)
            _make_readable(graph, op, dtype)
        session.run(assign, {value: _part(reader.get_tensor(key), (slices or {}).get(op.name, ()))})
        progress(done + 1, len(found))


def _part(value: NDArray[np.generic], extents: tuple[tuple[int, int], ...]) -> NDArray[np.generic]:
    part: NDArray[np.generic] = value[tuple(slice(start, start + size) for start, size in extents)]
    return part


def _make_readable(graph: Any, handle: Any, dtype: Any) -> None:
    """Add the read that TensorFlow's freezer looks for, by name; pruning may have taken it away."""
    import tensorflow as tf

    name = f"{handle.name}/Read/ReadVariableOp"
    if name not in {op.name for op in graph.get_operations()}:
        tf.raw_ops.ReadVariableOp(resource=handle.outputs[0], dtype=dtype, name=name)
