"""What the TensorFlow worker can do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from coldpress.worker.op_support import ask_support
from coldpress.worker.reference import run_reference
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.graph import AskSupport, FreezeWithTensorFlow, PropagateShapes, RunReference, RunTrained
from coldpress.worker.shapes import propagate_shapes
from coldpress.worker.tf_freeze import freeze_with_tensorflow
from coldpress.worker.toco import convert
from coldpress.worker.trained import run_trained

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def handlers() -> Mapping[type, Callable[[Any, Any], object]]:
    """Import TensorFlow, which takes seconds, and return a handler for each request."""
    import tensorflow as tf

    tf.compat.v1.disable_eager_execution()
    os.environ.pop("PYTHONPATH", None)
    return {
        Convert: convert,
        RunReference: run_reference,
        RunTrained: run_trained,
        PropagateShapes: propagate_shapes,
        AskSupport: ask_support,
        FreezeWithTensorFlow: freeze_with_tensorflow,
    }
