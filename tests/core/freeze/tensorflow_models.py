"""Models of every kind of variable, made, saved and frozen by TensorFlow itself; run as a script.

::

    python tensorflow_models.py make FOLDER   # writes FOLDER/<model>/ for each model
    python tensorflow_models.py run FOLDER    # runs FOLDER/<model>/ours.pb, and says for each whether the values agree;
                                              # freezes FOLDER/<model>/ours.meta to again.pb

Beside the checkpoint ``model.ckpt-1`` with its ``.meta`` there is ``graph.pb``, the bare GraphDef; ``frozen.pb`` is
what ``freeze_graph`` makes of the MetaGraph; ``model.json`` names the outputs, and what ``freeze_graph`` said where it
failed; ``values.npz`` holds a fed input ``x`` and the values of the outputs of the unfrozen graph.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Outputs = list[Any]
Model = tuple[Any, dict[str, Any]]

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)


def _dense(tf: Any, x: Any, *, resource: bool) -> Any:
    with tf.compat.v1.variable_scope("net", use_resource=resource):
        for name, size in (("one", 5), ("two", 2)):
            with tf.compat.v1.variable_scope(name):
                kernel = tf.compat.v1.get_variable("kernel", [x.shape[-1], size])
                bias = tf.compat.v1.get_variable("bias", [size])
                x = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, kernel), bias))
        return x


def reference(tf: Any, x: Any) -> Outputs:
    """Make VariableV2, and a counter that nothing reads."""
    tf.compat.v1.train.create_global_step()
    return [tf.nn.softmax(_dense(tf, x, resource=False), name="out")]


def resource(tf: Any, x: Any) -> Outputs:
    """Make VarHandleOp and ReadVariableOp."""
    return [tf.nn.softmax(_dense(tf, x, resource=True), name="out")]


def kinds_of_values(tf: Any, x: Any) -> Outputs:
    """Make a variable of each dtype and of each of the shapes that are written differently."""
    outputs = [tf.identity(x, name="x_out")]
    for dtype in ("float16", "bfloat16", "float32", "float64", "int8", "uint8", "int16", "int32", "int64", "bool",
                  "complex64", "complex128", "string", "uint16", "uint32", "uint64"):  # fmt: skip
        for label, shape in (("many", (3, 2)), ("one", ()), ("single", (1,)), ("none", (0, 2))):
            if dtype == "string" and not shape:
                continue
            value = _values(tf, dtype, shape)
            variable = tf.compat.v1.get_variable(f"{dtype}_{label}", initializer=value, use_resource=label != "one")
            outputs.append(tf.identity(variable, name=f"out_{dtype}_{label}"))
    return outputs


def _values(tf: Any, dtype: str, shape: tuple[int, ...]) -> Any:
    numbers = np.arange(1, 1 + int(np.prod(shape)), dtype=np.int64).reshape(shape)
    if dtype == "string":
        return tf.constant([f"s\0{n}é".encode() for n in numbers.ravel()], tf.string, shape)
    if dtype == "bool":
        return tf.constant(numbers % 2 == 1)
    scaled = numbers * (0.3 if "float" in dtype else 0.3 - 1.7j if "complex" in dtype else 1)
    return tf.cast(tf.constant(scaled), dtype)


def partitioned_rows(tf: Any, x: Any) -> Outputs:
    """Make reference variables cut along their first axis into unequal parts."""
    with tf.compat.v1.variable_scope("net", partitioner=tf.compat.v1.fixed_size_partitioner(3)):
        table = tf.compat.v1.get_variable("table", [4, 6], use_resource=False)
        return [tf.matmul(x, table, name="out")]


def partitioned_columns(tf: Any, x: Any) -> Outputs:
    """Make resource variables cut along their last axis."""
    with tf.compat.v1.variable_scope("net", partitioner=tf.compat.v1.fixed_size_partitioner(2, axis=1)):
        table = tf.compat.v1.get_variable("table", [4, 6], use_resource=True)
        return [tf.matmul(x, table, name="out")]


def embedding(tf: Any, x: Any) -> Outputs:
    """Make ResourceGather and ResourceGatherNd."""
    table = tf.compat.v1.get_variable("table", [7, 4], use_resource=True)
    rows = tf.cast(tf.abs(x) * 6, tf.int32)
    gathered = tf.raw_ops.ResourceGather(resource=table.handle, indices=rows, dtype=tf.float32)
    wide = tf.raw_ops.ResourceGather(resource=table.handle, indices=tf.cast(rows, tf.int64), dtype=tf.float32)
    points = tf.raw_ops.ResourceGatherNd(resource=table.handle, indices=rows[:, :2] % 4, dtype=tf.float32)
    return [tf.add(gathered, wide, name="out"), tf.identity(points, name="points")]


def loops_and_branches(tf: Any, x: Any) -> Outputs:
    """Make variables of both kinds, read inside a TF 1.x while loop and cond."""
    plain = tf.compat.v1.get_variable("plain", [4, 4], use_resource=False)
    handle = tf.compat.v1.get_variable("handle", [4, 4], use_resource=True)
    step = tf.compat.v1.get_variable("step", initializer=np.float32(0.5), use_resource=True)

    def body(i: Any, value: Any) -> Any:
        return i + 1, tf.matmul(tf.matmul(value, plain), handle) * step

    _, looped = tf.while_loop(lambda i, _: i < 3, body, [tf.constant(0), x])
    branched = tf.cond(
        tf.reduce_sum(x) > 100, lambda: tf.matmul(x, plain), lambda: tf.matmul(x, handle) + tf.reduce_sum(plain)
    )
    return [tf.identity(looped, name="looped"), tf.identity(branched, name="branched")]


def renamed(tf: Any, x: Any) -> Outputs:
    """Make variables saved under other names: the third under one of its own, the first two under each other's."""
    for name in ("first", "second", "third"):
        x = tf.matmul(x, tf.compat.v1.get_variable(name, [4, 4], use_resource=name == "second"))
    return [tf.identity(x, name="out")]


def string(tf: Any, x: Any) -> Outputs:
    """Make a single string, which freeze_graph cannot freeze."""
    variable = tf.compat.v1.get_variable("label", initializer=tf.constant(b"caf\xc3\xa9"), use_resource=True)
    return [tf.identity(variable, name="out"), tf.identity(x, name="same")]


def sharded(tf: Any, x: Any) -> Outputs:
    """Make variables that are written to one file a device."""
    with tf.device("/cpu:0"):
        left = tf.compat.v1.get_variable("left", [4, 4], use_resource=False)
    with tf.device("/job:localhost/cpu:0"):
        right = tf.compat.v1.get_variable("right", [4, 4], use_resource=True)
    return [tf.matmul(tf.matmul(x, left), right, name="out")]


def functions_without_variables(tf: Any, x: Any) -> Outputs:
    """Make functions that call each other, and another that nothing calls."""

    @tf.function  # type: ignore[untyped-decorator]
    def inner(value: Any) -> Any:
        return value * 2

    @tf.function  # type: ignore[untyped-decorator]
    def outer(value: Any) -> Any:
        return inner(value) + 1

    @tf.function  # type: ignore[untyped-decorator]
    def unused(value: Any) -> Any:
        return value - 1

    unused(x)
    weights = tf.compat.v1.get_variable("weights", [4, 4], use_resource=False)
    return [tf.identity(outer(tf.matmul(x, weights)), name="out")]


def batched_gather(tf: Any, x: Any) -> Outputs:
    """Make ResourceGather with batch dimensions, which freeze_graph refuses."""
    table = tf.compat.v1.get_variable("table", [3, 5, 2], use_resource=True)
    rows = tf.cast(tf.abs(x) * 4, tf.int32)
    gathered = tf.raw_ops.ResourceGather(resource=table.handle, indices=rows, dtype=tf.float32, batch_dims=1)
    shape = tf.raw_ops.VariableShape(input=table.handle)
    known = tf.raw_ops.VarIsInitializedOp(resource=table.handle)
    return [tf.identity(gathered, name="out"), tf.identity(shape, name="shape"), tf.identity(known, name="known")]


def references_handed_on(tf: Any, x: Any) -> Outputs:
    """Make RefSwitch, RefMerge and RefIdentity, which freeze_graph leaves in a graph that nobody can import."""
    from tensorflow.python.ops import control_flow_ops, gen_array_ops, gen_control_flow_ops

    plain = tf.compat.v1.get_variable("plain", [4, 4], use_resource=False)
    tensor = plain._ref()  # the only way to the reference
    off, on = gen_control_flow_ops.ref_switch(tensor, tf.reduce_sum(x) > 100)
    merged, _ = gen_control_flow_ops.ref_merge([off, on])
    handed = gen_array_ops.ref_identity(merged)
    known = control_flow_ops.group(tf.no_op())
    with tf.control_dependencies([known]):
        initialized = tf.compat.v1.is_variable_initialized(plain)
    return [tf.matmul(x, handed, name="out"), tf.identity(initialized, name="known")]


def handles_in_functions(tf: Any, x: Any) -> Outputs:
    """Make a resource variable in a While of TF 2.x."""
    tf.compat.v1.enable_control_flow_v2()
    handle = tf.compat.v1.get_variable("handle", [4, 4], use_resource=True)
    looped = tf.while_loop(lambda _: tf.constant(True), lambda v: tf.matmul(v, handle), [x], maximum_iterations=2)  # noqa: FBT003
    tf.compat.v1.disable_control_flow_v2()
    return [tf.identity(looped[0] if isinstance(looped, list) else looped, name="out")]


def training(tf: Any, x: Any) -> Outputs:
    """Make an assignment on the way to the output, of either kind."""
    plain = tf.compat.v1.get_variable("plain", [4, 4], use_resource=False)
    handle = tf.compat.v1.get_variable("handle", [4, 4], use_resource=True)
    with tf.control_dependencies([plain.assign_add(tf.ones([4, 4])), handle.assign_sub(tf.ones([4, 4])).op]):
        return [tf.matmul(x, plain.read_value(), name="out")]


MODELS: dict[str, tuple[Callable[[Any, Any], Outputs], dict[str, Any]]] = {
    "reference": (reference, {}),
    "reference_v1": (reference, {"write_version": 1}),
    "resource": (resource, {}),
    "kinds_of_values": (kinds_of_values, {}),
    "partitioned_rows": (partitioned_rows, {}),
    "partitioned_rows_v1": (partitioned_rows, {"write_version": 1}),
    "partitioned_columns": (partitioned_columns, {}),
    "embedding": (embedding, {}),
    "loops_and_branches": (loops_and_branches, {}),
    "renamed": (renamed, {"rename": {"first": "second", "second": "first", "third": "old/name"}}),
    "string": (string, {}),
    "sharded": (sharded, {"sharded": True}),
    "functions_without_variables": (functions_without_variables, {}),
    "batched_gather": (batched_gather, {}),
    "references_handed_on": (references_handed_on, {}),
    "handles_in_functions": (handles_in_functions, {}),
    "training": (training, {}),
}


def make(folder: Path) -> None:
    """Make every model."""
    import tensorflow as tf

    tf.compat.v1.disable_v2_behavior()
    tf.compat.v1.logging.set_verbosity("FATAL")
    for name, (build, options) in MODELS.items():
        target = folder / name
        target.mkdir(parents=True)
        with tf.Graph().as_default():
            tf.compat.v1.set_random_seed(1)
            x = tf.compat.v1.placeholder(tf.float32, [None, 4], name="x")
            outputs = [tensor.name for tensor in build(tf, x)]
            _save(tf, target, outputs, dict(options))
        problem = _freeze(tf, target, outputs, "model.ckpt-1.meta", "frozen.pb")
        (target / "model.json").write_text(json.dumps({"outputs": outputs, "freeze_graph": problem}))


def _save(tf: Any, target: Path, outputs: list[str], options: dict[str, Any]) -> None:
    names = options.pop("rename", {})
    if names:
        options["var_list"] = {names[v.op.name]: v for v in tf.compat.v1.global_variables()}
    saver = tf.compat.v1.train.Saver(**options)
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        saver.save(session, str(target / "model.ckpt"), global_step=1)
        values = session.run(outputs, {"x:0": X})
        tf.io.write_graph(session.graph_def, str(target), "graph.pb", as_text=False)
    arrays: dict[str, Any] = {f"output_{i}": _plain(value) for i, value in enumerate(values)}
    np.savez(target / "values.npz", x=X, **arrays)


def _plain(value: Any) -> np.ndarray:
    """Return an array of a dtype that numpy can save."""
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype.name == "bfloat16" else array


def _freeze(tf: Any, target: Path, outputs: list[str], meta_graph: str, frozen: str) -> str:
    """Freeze as a person would; return what it said where it failed."""
    from tensorflow.python.tools import freeze_graph

    try:
        with tf.Graph().as_default():
            freeze_graph.freeze_graph(
                None, "", input_binary=True, input_checkpoint=str(target / "model.ckpt-1"),
                output_node_names=",".join(name.partition(":")[0] for name in outputs), restore_op_name=None,
                filename_tensor_name=None, output_graph=str(target / frozen), clear_devices=True,
                initializer_nodes="", input_meta_graph=str(target / meta_graph),
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - whatever it says is the result
        return f"{type(error).__name__}:{error}".replace(" ", "_")[:300]
    return ""


def run(folder: Path) -> None:
    """Print for each ``ours.pb`` whether it gives the values of the graph that it was made of."""
    import tensorflow as tf

    tf.compat.v1.logging.set_verbosity("FATAL")
    for path in sorted(folder.glob("*/ours.pb")):
        definition = tf.compat.v1.GraphDef.FromString(path.read_bytes())
        outputs = json.loads((path.parent / "model.json").read_text())["outputs"]
        expected = np.load(path.parent / "values.npz", allow_pickle=True)
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            tf.graph_util.import_graph_def(definition, name="")
            values = session.run(outputs, {"x:0": expected["x"]})
        equal = all(np.array_equal(_plain(value), expected[f"output_{i}"]) for i, value in enumerate(values))
        print(path.parent.name, "equal" if equal else "DIFFERENT")
        if path.with_suffix(".meta").exists():
            problem = _freeze(tf, path.parent, outputs, "ours.meta", "again.pb")
            if problem:
                print(path.parent.name, problem)


if __name__ == "__main__":
    {"make": make, "run": run}[sys.argv[1]](Path(sys.argv[2]))
