"""Trains a random network, saves it, rewrites it, and compares it with the same network built for inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.core.eval_graph.random_networks.layers import Layers
from tests.core.eval_graph.random_networks.plan import BATCH, CLASSES, DEPTH, SIZE, STEPS, Plan
from tests.core.eval_graph.random_networks.quantized import Quantizer
from tests.core.eval_graph.random_networks.sources import make_source

from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import EvalGraph, to_eval_graph
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.freeze.freezer import freeze
from coldpress.freeze.variables import find_saved
from coldpress.graph.loading import graph_from
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.eval_graph.random_networks.plan import LayerPlan

_SAMPLES = 5


@dataclass(frozen=True)
class Outcome:
    """The eval graph, and the largest difference of its outputs (None where it is blocked)."""

    eval_graph: EvalGraph
    difference: float | None

    @property
    def blocked(self) -> tuple[str, ...]:
        """The codes of the findings that block."""
        return tuple(finding.code for finding in self.eval_graph.findings if finding.blocks)


def try_network(tf: Any, plan: Plan, folder: Path) -> Outcome:
    """Do all of it; ``tf`` is ``tensorflow.compat.v1``."""
    (tf.enable_control_flow_v2 if plan.functions else tf.disable_control_flow_v2)()
    cut, names, keys = _train(tf, plan, folder)
    graph = graph_from(read_graph(folder / f"model.ckpt-{STEPS}.meta").parts)
    checkpoint = open_checkpoint(folder / f"model.ckpt-{STEPS}")
    outputs = tuple(TensorRef.parse(name) for name in names)
    request = EvalRequest((TensorRef.parse(cut),), outputs, checkpoint, use_ema=plan.averaged)
    made = to_eval_graph(graph, request)
    if any(finding.blocks for finding in made.findings):
        return Outcome(made, None)
    values = _pictures(99)[:_SAMPLES]
    freeze(made.graph, checkpoint, names, folder / "frozen.pb", saved=find_saved(graph, checkpoint))
    ours = _run_frozen(tf, folder / "frozen.pb", str(made.inputs[0]), names, values)
    theirs = _infer(tf, plan, folder, keys, values)
    return Outcome(made, max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True)))


def _pictures(seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(0.5, 1.0, (BATCH, SIZE, SIZE, DEPTH)).astype(np.float32)


def _network(tf: Any, plan: Plan, layers: Layers, x: Any) -> list[Any]:
    quantizer = Quantizer(layers, plan.delay) if plan.quantized else None
    for number, layer in enumerate(plan.layers):
        with tf.variable_scope(f"layer{number}"):
            x = _quantized(layers, quantizer, layer, x) if quantizer is not None else _layer(layers, layer, x)
            x = layers.activate(x, layer.activation)
            x = quantizer.activation(x, "out") if quantizer is not None else x
            x = layers.regularise(x, layer.random)
            x = _check(tf, x) if plan.checked and layers.training is not False else x
    x = tf.reduce_mean(x, [1, 2])
    if plan.baked:
        x = tf.reshape(x, [-1 if layers.training is False else BATCH, int(x.shape[-1])])
    logits = tf.identity(layers.dense(x, CLASSES, "head"), name="logits")
    return [logits, tf.nn.softmax(logits, name="probabilities")]


def _check(tf: Any, x: Any) -> Any:
    with tf.control_dependencies([tf.Assert(tf.reduce_all(x > -1e9), [x])]):
        return tf.stop_gradient(tf.check_numerics(x, "bad")) * 0.5 + tf.identity(x) * 0.5


def _layer(layers: Layers, plan: LayerPlan, x: Any) -> Any:
    tf = layers.tf
    if plan.kind == "pool":
        return layers.normalise(tf.nn.avg_pool(x, [1, 2, 2, 1], [1, 1, 1, 1], "SAME"), plan.norm, "norm")
    if plan.kind == "depthwise":
        return layers.normalise(layers.depthwise(x, "depthwise"), plan.norm, "norm")
    y = layers.normalise(layers.conv(x, plan.filters, "conv"), plan.norm, "norm")
    if plan.kind == "residual":
        return y + layers.conv(x, plan.filters, "shortcut", size=1)
    if plan.kind == "branches":
        left, right = tf.split(y, 2, 3)
        return tf.concat([tf.nn.max_pool(left, [1, 3, 3, 1], [1, 1, 1, 1], "SAME"), right], 3)
    return layers.conv(tf.nn.relu(y), plan.filters, "second") if plan.kind == "hidden_conv" else y


def _quantized(layers: Layers, quantizer: Quantizer, plan: LayerPlan, x: Any) -> Any:
    tf = layers.tf
    depthwise = plan.kind == "depthwise"

    def apply(value: Any, kernel: Any) -> Any:
        convolve = tf.nn.depthwise_conv2d if depthwise else tf.nn.conv2d
        return convolve(value, kernel, [1, 1, 1, 1], "SAME")

    shape = [3, 3, int(x.shape[-1]), 1 if depthwise else plan.filters]
    kernel = layers.variable("kernel", shape)
    if plan.norm == "fused":
        return quantizer.folded(x, "norm", apply, kernel, depthwise=depthwise)
    return layers.bias(apply(x, quantizer.weights(kernel, "conv")), "plain")


def _train(tf: Any, plan: Plan, folder: Path) -> tuple[str, list[str], dict[str, str]]:
    """Train and save; return the cut, the outputs, and variable -> checkpoint key for averaged weights."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(plan.seed)
        source = make_source(tf, plan.source, _pictures(1))
        training, feed = _training(tf, plan)
        layers = Layers(tf, training, resource=plan.resource)
        outputs = _network(tf, plan, layers, source.images)
        step = _step(tf, plan, layers, outputs)
        after, keys = _average(tf, plan)
        saver = tf.train.Saver(tf.global_variables())
        with tf.Session(graph=graph) as session:
            session.run(tf.variables_initializer(tf.trainable_variables()))
            session.run([tf.global_variables_initializer(), tf.tables_initializer()])
            with source.running(tf, session):
                for number in range(STEPS):
                    session.run([step, outputs], {**feed, **source.feed(_pictures(number))})
                    session.run(after)
            saver.save(session, str(folder / "model.ckpt"), global_step=STEPS)
    return source.cut.name, [output.name for output in outputs], keys


def _training(tf: Any, plan: Plan) -> tuple[Any, dict[Any, Any]]:
    if plan.training == "bool":
        return True, {}
    if plan.training == "variable":
        return tf.get_variable("mode", initializer=True, trainable=False, use_resource=plan.resource), {}
    if plan.training == "number":
        number = tf.placeholder(tf.int32, [], name="mode")
        return tf.equal(number, 1), {number: 1}
    if plan.training == "default":
        flag = tf.placeholder_with_default(tf.constant(value=False), [], name="phase")
        return flag, {flag: True}
    flag = tf.placeholder(tf.bool, [], name="flag")
    if plan.training == "placeholder":
        return flag, {flag: True}
    other = tf.placeholder(tf.bool, [], name="frozen")
    return tf.logical_and(flag, tf.logical_not(other)), {flag: True, other: False}


def _step(tf: Any, plan: Plan, layers: Layers, outputs: list[Any]) -> Any:
    makers = {
        "adam": lambda: tf.train.AdamOptimizer(0.01),
        "momentum": lambda: tf.train.MomentumOptimizer(0.01, 0.9),
        "descent": lambda: tf.train.GradientDescentOptimizer(0.01),
    }
    loss = tf.reduce_mean(tf.square(outputs[0] - 1.0)) + tf.reduce_mean(tf.square(outputs[1] - 0.25))
    with tf.control_dependencies(layers.updates):
        return makers[plan.optimizer]().minimize(loss, global_step=tf.train.get_or_create_global_step())


def _average(tf: Any, plan: Plan) -> tuple[Any, dict[str, str]]:
    if not plan.averaged:
        return tf.no_op(), {}
    average = tf.train.ExponentialMovingAverage(0.6)
    update = average.apply(tf.trainable_variables())
    return update, {variable.op.name: average.average_name(variable) for variable in tf.trainable_variables()}


def _infer(tf: Any, plan: Plan, folder: Path, keys: dict[str, str], values: np.ndarray) -> list[np.ndarray]:
    """Build the network for inference by the same code, restore it, run it."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, SIZE, SIZE, DEPTH])
        outputs = _network(tf, plan, Layers(tf, training=False, resource=plan.resource), x)
        named = {keys.get(variable.op.name, variable.op.name): variable for variable in tf.global_variables()}
        with tf.Session(graph=graph) as session:
            tf.train.Saver(named).restore(session, str(folder / f"model.ckpt-{STEPS}"))
            answers: list[np.ndarray] = session.run(outputs, {x: values})
            return answers


def _run_frozen(tf: Any, path: Path, fed: str, outputs: list[str], values: np.ndarray) -> list[np.ndarray]:
    definition = tf.GraphDef()
    definition.ParseFromString(path.read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
        with tf.Session(graph=graph) as session:
            answers: list[np.ndarray] = session.run(outputs, {fed: values})
            return answers
