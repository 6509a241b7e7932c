"""What the training programs are made of: layers as TF 1.x code has them, and the record of a program.

Runs under every TensorFlow from 1.4 to 2.21, so it keeps to Python 3.6.
"""

from typing import Any

import numpy as np

SIZE, CLASSES, BATCH, STEPS = 8, 5, 12, 3
CASES: Any = {}


class Case:
    """A training program in a fresh graph.

    ``cut`` is the tensor that the eval graph's input replaces, ``outputs`` the train graph's; ``evaluate(tf, x)``
    builds the same network for inference in another graph, under the same variable names. Options: ``feed`` of a step
    (None: images), ``block``, the code of the finding that has to block, for a program whose inference cannot be known
    from its graph, ``ema``, ``loss``, ``updates``, and ``prepare``, what to run before a step.
    """

    def __init__(self, cut: Any, outputs: Any, evaluate: Any, **options: Any) -> None:
        self.cut = cut
        self.outputs = outputs
        self.evaluate = evaluate
        self.feed = options.pop("feed", {})
        self.block = options.pop("block", None)
        self.ema = options.pop("ema", None)
        self.loss = options.pop("loss", None)
        self.updates = options.pop("updates", True)
        self.prepare = options.pop("prepare", None)
        assert not options, options


def case(build: Any) -> Any:
    """Register a training program under the function's name."""
    CASES[build.__name__] = build
    return build


def records(count: int = 40) -> Any:
    return np.random.RandomState(1).uniform(-1, 1, (count, SIZE, SIZE, 3)).astype(np.float32)


def images(tf: Any, batch: Any = None, name: str = "images") -> Any:
    return tf.placeholder(tf.float32, (batch, SIZE, SIZE, 3), name=name)


def flag(tf: Any, name: str = "is_training") -> Any:
    return tf.placeholder(tf.bool, [], name=name)


def normal(tf: Any) -> Any:
    return tf.random_normal_initializer(0.0, 0.3)


def conv(tf: Any, x: Any, filters: int, name: str, resource: Any = None) -> Any:
    with tf.variable_scope(name, use_resource=resource):
        depth = int(x.get_shape()[-1])
        kernel = tf.get_variable("kernel", [3, 3, depth, filters], initializer=normal(tf))
        bias = tf.get_variable("bias", [filters], initializer=tf.zeros_initializer())
        return tf.nn.bias_add(tf.nn.conv2d(x, kernel, strides=[1, 2, 2, 1], padding="SAME"), bias)


def dense(tf: Any, x: Any, size: int, name: str, resource: Any = None) -> Any:
    with tf.variable_scope(name, use_resource=resource):
        kernel = tf.get_variable("kernel", [int(x.get_shape()[-1]), size], initializer=normal(tf))
        return tf.matmul(x, kernel) + tf.get_variable("bias", [size], initializer=tf.zeros_initializer())


def batch_norm(tf: Any, x: Any, training: Any, name: str, resource: Any = None) -> Any:
    """Normalise as ``tf.layers`` does, on a bool or on a tensor; where ``tf.layers`` still works, by it."""
    if not resource and tf.__version__.startswith("1."):
        return tf.layers.batch_normalization(x, training=training, name=name, momentum=0.7)
    with tf.variable_scope(name, use_resource=resource):
        shape = [int(x.get_shape()[-1])]
        ones, zeros = tf.ones_initializer(), tf.zeros_initializer()
        gamma = tf.get_variable("gamma", shape, initializer=ones)
        beta = tf.get_variable("beta", shape, initializer=zeros)
        mean = tf.get_variable("moving_mean", shape, initializer=zeros, trainable=False)
        variance = tf.get_variable("moving_variance", shape, initializer=ones, trainable=False)

        def train() -> Any:
            return tuple(tf.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-3, is_training=True)[:3])

        def infer() -> Any:
            made = tf.nn.fused_batch_norm(x, gamma, beta, mean, variance, epsilon=1e-3, is_training=False)
            return made[0], tf.identity(mean), tf.identity(variance)

        y, batch_mean, batch_variance = choose(tf, training, train, infer)
        momentum = choose(tf, training, lambda: tf.constant(0.7), lambda: tf.constant(1.0))
        for variable, value in ((mean, batch_mean), (variance, batch_variance)):
            delta = (variable - tf.reshape(value, shape)) * (1 - momentum)
            tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_sub(variable, delta))
        return y


def choose(tf: Any, condition: Any, if_true: Any, if_false: Any) -> Any:
    """``smart_cond``: a conditional on a tensor, a plain choice on a bool."""
    if isinstance(condition, bool):
        return if_true() if condition else if_false()
    return tf.cond(condition, if_true, if_false)


def drop(tf: Any, x: Any, rate: Any, **options: Any) -> Any:
    """``tf.nn.dropout`` in the words of the TensorFlow at hand: keep_prob before 1.13, rate since."""
    major, minor = (int(part) for part in tf.__version__.split(".")[:2])
    if (major, minor) < (1, 13):
        return tf.nn.dropout(x, 1 - rate, **options)
    return tf.nn.dropout(x, rate=rate, **options)


def dropout(tf: Any, x: Any, rate: Any, training: Any) -> Any:
    return choose(tf, training, lambda: drop(tf, x, rate), lambda: tf.identity(x))


def flatten(tf: Any, x: Any) -> Any:
    return tf.reshape(x, [-1, int(np.prod([int(size) for size in x.get_shape()[1:]]))])


def network(tf: Any, x: Any, training: Any, regularise: Any = None, resource: Any = None) -> Any:
    """Two convolutions with batch norm, something that regularises, a classifier."""
    for number, filters in enumerate((4, 6)):
        x = conv(tf, x, filters, f"conv{number}", resource)
        x = tf.nn.relu(batch_norm(tf, x, training, f"bn{number}", resource))
    x = flatten(tf, x)
    x = dropout(tf, x, 0.4, training) if regularise is None else regularise(x)
    return _scores(tf, x, resource)


def plain(tf: Any, x: Any, regularise: Any, resource: Any = None) -> Any:
    # A network without batch norm.
    x = tf.nn.relu(conv(tf, x, 4, "conv", resource))
    return _scores(tf, regularise(flatten(tf, x)), resource)


def _scores(tf: Any, x: Any, resource: Any) -> Any:
    logits = tf.identity(dense(tf, x, CLASSES, "logits", resource), name="scores")
    return [logits, tf.nn.softmax(logits, name="probabilities")]


def same(x: Any) -> Any:
    return x


def inference(tf: Any, x: Any) -> Any:
    return network(tf, x, training=False)


def plain_inference(tf: Any, x: Any) -> Any:
    return plain(tf, x, same)
