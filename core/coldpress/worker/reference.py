"""The reference: what TensorFlow itself computes from the frozen graph.

Graph optimizations are off and one thread is the default, so that the same inputs give the same bits each time.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import ConverterError
from coldpress.worker.array_files import ResultFile, open_arrays
from coldpress.worker.fake_quant import let_through
from coldpress.worker.names import canonical
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.requests.graph import ReferenceRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from coldpress.worker.requests.graph import RunReference, RunTrained

_AROUND: Final = re.compile(
    r"root error\(s\) found|Graph execution error|Detected at node|stack traces unavailable|^\[\[|^Node: "
)
"""Lines that TensorFlow puts around the one that says what is wrong."""


def run_reference(request: RunReference, progress: Callable[[int, int], None]) -> ReferenceRun:
    """Run the graph on every sample."""
    return run_request(request, progress)


def run_request(
    request: RunReference | RunTrained,
    progress: Callable[[int, int], None],
    begin: Callable[[Any, Any], None] | None = None,
) -> ReferenceRun:
    """Run what a request asks for on every sample; ``begin`` gets the session and its graph first."""
    import tensorflow as tf

    feeds = open_arrays({canonical(name): path for name, path in request.feeds.items()})
    wanted = [canonical(name) for name in request.tensors]
    pruned = prune(read_graph_def(request.graph), [*wanted, *feeds])
    if not request.fake_quant:
        let_through(pruned)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(pruned, name="")
        with tf.compat.v1.Session(graph=graph, config=session_config(request.threads)) as session:
            if begin is not None:
                begin(session, graph)
            return _run_session(session, feeds, wanted, request.folder, progress)


def _run_session(
    session: Any,
    feeds: Mapping[str, NDArray[np.generic]],
    wanted: Sequence[str],
    folder: str,
    progress: Callable[[int, int], None],
) -> ReferenceRun:
    """Run ``wanted`` once for every entry of ``feeds``, and write the results to ``folder``."""
    import tensorflow as tf

    runs = len(next(iter(feeds.values()))) if feeds else 1
    files = [ResultFile(folder, number, name, runs) for number, name in enumerate(wanted)]
    began = time.perf_counter()
    try:
        call = session.make_callable(wanted, feed_list=list(feeds))
        for run in range(runs):
            for file, value in zip(files, call(*(array[run] for array in feeds.values())), strict=True):
                file.put(run, value)
            progress(run + 1, runs)
    except (tf.errors.OpError, ValueError, TypeError) as error:
        raise ConverterError("reference.failed", **_facts(error)) from error
    finally:
        for file in files:
            file.close()
    seconds = time.perf_counter() - began
    return ReferenceRun({name: file.path for name, file in zip(wanted, files, strict=True)}, seconds)


def _facts(error: Exception) -> dict[str, str]:
    """Return the node that failed, where TensorFlow names it, and the first line of its reason."""
    node_def = getattr(error, "node_def", None)
    message = getattr(error, "message", None) or str(error)
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    useful = [line for line in lines if not _AROUND.search(line)]
    return {"node": node_def.name if node_def is not None else "", "line": (useful or lines or [""])[0]}


def session_config(threads: int) -> Any:
    """Return a configuration of a session: no rewriting of the graph, no constant folding, no threads by default."""
    import tensorflow as tf

    config = tf.compat.v1.ConfigProto(
        intra_op_parallelism_threads=threads,
        inter_op_parallelism_threads=1,
        use_per_session_threads=True,
        allow_soft_placement=True,
    )
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    config.graph_options.optimizer_options.opt_level = tf.compat.v1.OptimizerOptions.L0
    return config
