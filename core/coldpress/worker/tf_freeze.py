"""Freezing by TensorFlow itself, for graphs that read resource variables inside functions.

Each variable of the pruned graph gets its value from the checkpoint by an assignment that is added here; the
initializers, and everything else of the file, are never run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import ConverterError
from coldpress.worker.names import operation
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.reference import session_config
from coldpress.worker.requests import FreezeWithTensorFlow, TensorFlowFrozen

if TYPE_CHECKING:
    from collections.abc import Callable

_REF_VARIABLES: Final = ("Variable", "VariableV2")
_RESOURCE_VARIABLES: Final = ("VarHandleOp",)


def freeze_with_tensorflow(request: FreezeWithTensorFlow, progress: Callable[[int, int], None]) -> TensorFlowFrozen:
    """Freeze the graph and write it to the target."""
    import tensorflow as tf
    from tensorflow.python.framework import convert_to_constants

    pruned = prune(read_graph_def(request.graph), request.outputs)
    outputs = [operation(name) for name in request.outputs]
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(pruned, name="")
        with tf.compat.v1.Session(graph=graph, config=session_config(1)) as session:
            _restore(session, graph, request, progress)
            frozen = convert_to_constants.convert_variables_to_constants_from_session_graph(
                session, graph.as_graph_def(), outputs
            )
    frozen.library.CopyFrom(prune(frozen, request.outputs).library)
    content = frozen.SerializeToString()
    Path(request.target).write_bytes(content)
    constants = sum(node.op == "Const" for node in frozen.node)
    return TensorFlowFrozen(nodes=len(frozen.node), constants=constants, nbytes=len(content))


def _restore(session: Any, graph: Any, request: FreezeWithTensorFlow, progress: Callable[[int, int], None]) -> None:
    """Give every variable its value from the checkpoint, one at a time."""
    import tensorflow as tf

    reader = tf.compat.v1.train.NewCheckpointReader(request.checkpoint)
    found = [op for op in graph.get_operations() if op.type in (*_REF_VARIABLES, *_RESOURCE_VARIABLES)]
    for done, op in enumerate(found):
        key = request.keys.get(op.name, op.name)
        if not reader.has_tensor(key):
            raise ConverterError("worker.no_such_variable", variable=op.name, key=key)
        dtype = op.get_attr("dtype")
        value = tf.compat.v1.placeholder(dtype)
        if op.type in _REF_VARIABLES:
            assign = tf.raw_ops.Assign(ref=op.outputs[0], value=value, validate_shape=False).op
        else:
            assign = tf.raw_ops.AssignVariableOp(resource=op.outputs[0], value=value)
            _make_readable(graph, op, dtype)
        session.run(assign, {value: reader.get_tensor(key)})
        progress(done + 1, len(found))


def _make_readable(graph: Any, handle: Any, dtype: Any) -> None:
    """Add the read that TensorFlow's freezer looks for, by name; pruning may have taken it away."""
    import tensorflow as tf

    name = f"{handle.name}/Read/ReadVariableOp"
    if name not in {op.name for op in graph.get_operations()}:
        tf.raw_ops.ReadVariableOp(resource=handle.outputs[0], dtype=dtype, name=name)
