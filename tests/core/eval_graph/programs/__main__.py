"""Small training programs as people write them, each with the inference network that its own code builds.

::

    python -m tests.core.eval_graph.programs make1 FOLDER [NAME ...]  # FOLDER/<name>/{model.ckpt-3.*, case.json, …}
    python -m tests.core.eval_graph.programs make2 FOLDER [NAME ...]  # the same, with resources and functions of TF 2
    python -m tests.core.eval_graph.programs run FOLDER               # runs FOLDER/<name>/frozen.pb, prints differences

``golden.npz`` holds inputs and what the inference network makes of them with the trained values. Any TensorFlow from
1.4 to 2.21 can make the programs, so the syntax is that of Python 3.6.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from tests.core.eval_graph.programs import conditionals, inputs, regularisation, structure
from tests.core.eval_graph.programs.layers import BATCH, CASES, STEPS, images, records

MODULES = (conditionals, inputs, regularisation, structure)
"""Importing them registered their programs."""
GOLDEN = 7


def make(tf: Any, name: str, folder: Path) -> None:
    """Train one program for a few steps, save it, and write down what its inference network gives."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(7)
        made = CASES[name](tf)
        operations = _operations(tf, made)
        saver = tf.train.Saver(tf.global_variables())
        keys = {}
        if made.ema is not None:
            keys = {variable.op.name: key for key, variable in made.ema.variables_to_restore().items()}
        with tf.Session(graph=graph) as session:
            # An average starts from its variable, which must be there before.
            session.run(tf.variables_initializer(tf.trainable_variables()))
            session.run([tf.global_variables_initializer(), tf.local_variables_initializer(), tf.tables_initializer()])
            _train(tf, session, made, operations)
            saver.save(session, str(folder / "model.ckpt"), global_step=STEPS)
    outputs = [tensor.name for tensor in made.outputs]
    record = {"cut": made.cut.name, "outputs": outputs, "block": made.block, "ema": made.ema is not None}
    (folder / "case.json").write_text(json.dumps(record))
    if made.block is None:
        _golden(tf, made, keys, folder)


def _operations(tf: Any, made: Any) -> Any:
    """Return what a training step runs."""
    loss = tf.reduce_mean(tf.square(made.outputs[0] - 1.0)) if made.loss is None else made.loss
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS) if made.updates else []):
        step = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=tf.train.get_or_create_global_step())
    return [step, *tf.get_collection("after"), *made.outputs]


def _train(tf: Any, session: Any, made: Any, operations: Any) -> None:
    coordinator = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(session, coordinator)
    for step in range(STEPS):
        if made.prepare is not None:
            session.run(made.prepare)
        pictures = 2.0 * records(100)[step * BATCH : (step + 1) * BATCH] + 0.5
        feed = {tensor: pictures if value is None else value for tensor, value in made.feed.items()}
        session.run(operations, feed)
    coordinator.request_stop()
    coordinator.join(threads, stop_grace_period_secs=5, ignore_live_threads=True)


def _golden(tf: Any, made: Any, keys: Any, folder: Path) -> None:
    with tf.Graph().as_default() as graph:
        x = images(tf, name="golden_input")
        outputs = made.evaluate(tf, x)
        named = {keys.get(variable.op.name, variable.op.name): variable for variable in tf.global_variables()}
        values = records(GOLDEN + 20)[-GOLDEN:]
        with tf.Session(graph=graph) as session:
            tf.train.Saver(named).restore(session, str(folder / f"model.ckpt-{STEPS}"))
            answers = session.run(outputs, {x: values})
    np.savez(str(folder / "golden.npz"), values, *answers)


def run(tf: Any, folder: Path) -> Any:
    """Run the frozen eval graphs in ``folder``; return the largest difference of each, or what went wrong."""
    found: Any = {}
    for path in sorted(folder.glob("*/frozen.pb")):
        try:
            found[path.parent.name] = _difference(tf, path.parent)
        except Exception as error:  # noqa: BLE001 - the report of the child process
            found[path.parent.name] = str(error)[:500]
    return found


def _difference(tf: Any, folder: Path) -> float:
    definition = tf.GraphDef()
    definition.ParseFromString((folder / "frozen.pb").read_bytes())
    names = json.loads((folder / "eval.json").read_text())
    golden = np.load(str(folder / "golden.npz"))
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
        with tf.Session(graph=graph) as session:
            answers = session.run(names["outputs"], {names["input"]: golden["arr_0"]})
    return max(float(np.abs(answer - golden[f"arr_{k + 1}"]).max()) for k, answer in enumerate(answers))


def _tensorflow(behaviour: str) -> Any:
    import tensorflow as tf

    module = tf
    if not tf.__version__.startswith("1."):
        module = tf.compat.v1
        if behaviour == "make1":
            module.disable_v2_behavior()
        module.disable_eager_execution()
    module.logging.set_verbosity(40)
    return module


def main() -> None:
    """Do what the command line says."""
    command, place, *names = sys.argv[1:]
    tf = _tensorflow(command)
    folder = Path(place)
    if command == "run":
        print(json.dumps(run(tf, folder)))
        return
    for name in names or CASES:
        (folder / name).mkdir(parents=True, exist_ok=True)
        try:
            make(tf, name, folder / name)
        except Exception as error:  # noqa: BLE001 - some programs need a newer or an older TensorFlow
            print(name, type(error).__name__, str(error)[:300], file=sys.stderr)


if __name__ == "__main__":
    main()
