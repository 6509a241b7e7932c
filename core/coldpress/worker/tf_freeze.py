"""Freezing by TensorFlow itself, for graphs that read resource variables inside functions.

Each variable of the pruned graph gets its value from the checkpoint by an assignment that is added here; the
initializers, and everything else of the file, are never run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.worker.names import operation
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.reference import session_config
from coldpress.worker.requests.graph import FreezeWithTensorFlow, TensorFlowFrozen
from coldpress.worker.restored import restore

if TYPE_CHECKING:
    from collections.abc import Callable


def freeze_with_tensorflow(request: FreezeWithTensorFlow, progress: Callable[[int, int], None]) -> TensorFlowFrozen:
    """Freeze the graph and write it to the target."""
    import tensorflow as tf
    from tensorflow.python.framework import convert_to_constants

    pruned = prune(read_graph_def(request.graph), request.outputs)
    outputs = [operation(name) for name in request.outputs]
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(pruned, name="")
        with tf.compat.v1.Session(graph=graph, config=session_config(1)) as session:
            restore(session, graph, request.checkpoint, request.keys, progress)
            frozen = convert_to_constants.convert_variables_to_constants_from_session_graph(
                session, graph.as_graph_def(), outputs
            )
    frozen.library.CopyFrom(prune(frozen, request.outputs).library)
    content = frozen.SerializeToString()
    Path(request.target).write_bytes(content)
    constants = sum(node.op == "Const" for node in frozen.node)
    return TensorFlowFrozen(nodes=len(frozen.node), constants=constants, nbytes=len(content))
