"""Towers, averaged weights, batch sizes, checks and updates."""

from typing import Any

import numpy as np
from tests.core.eval_graph.programs.layers import (
    BATCH,
    Case,
    case,
    images,
    inference,
    network,
    plain,
    plain_inference,
    same,
)


def _towers(tf: Any, x: Any, count: int) -> Any:
    made = []
    for number, part in enumerate(tf.split(x, count)):
        with tf.variable_scope(tf.get_variable_scope(), reuse=number > 0), tf.name_scope(f"tower_{number}"):
            made.append(network(tf, part, training=True))
    return made


@case
def towers_first(tf: Any) -> Any:
    x = images(tf, BATCH)
    return Case(x, _towers(tf, x, 2)[0], inference, feed={x: None})


@case
def towers_joined(tf: Any) -> Any:
    x = images(tf, BATCH)
    made = _towers(tf, x, 3)
    return Case(x, [tf.concat([tower[k] for tower in made], 0) for k in (0, 1)], inference, feed={x: None})


@case
def split_of_channels(tf: Any) -> Any:
    # A Split that belongs to the model stays.
    def build(tf: Any, x: Any) -> Any:
        def regularise(y: Any) -> Any:
            left, right = tf.split(y, 2, 1)
            return tf.concat([left * 2.0, right], 1)

        return plain(tf, x, regularise)

    x = images(tf)
    return Case(x, build(tf, x), build, feed={x: None})


def _averaged(tf: Any, *, resource: bool, use: bool) -> Any:
    x = images(tf)
    outputs = plain(tf, x, same, resource)
    average = tf.train.ExponentialMovingAverage(0.6)
    with tf.name_scope("averages"):
        tf.add_to_collection("after", average.apply(tf.trainable_variables()))
    evaluate = lambda tf, x: plain(tf, x, same, resource)  # noqa: E731
    return Case(x, outputs, evaluate, feed={x: None}, ema=average if use else None)


@case
def ema_reference(tf: Any) -> Any:
    return _averaged(tf, resource=False, use=True)


@case
def ema_resource(tf: Any) -> Any:
    return _averaged(tf, resource=True, use=True)


@case
def ema_not_used(tf: Any) -> Any:
    return _averaged(tf, resource=False, use=False)


@case
def batch_in_reshapes(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        y = tf.reshape(tf.reshape(y, [BATCH, 8, 8]), [BATCH * 8, 8])
        return tf.reshape(tf.transpose(tf.transpose(y * 2.0)), [BATCH, -1])

    x = images(tf, BATCH)
    return Case(x, plain(tf, x, regularise), lambda tf, x: plain(tf, x, lambda y: y * 2.0), feed={x: None})


@case
def batch_in_reshapes_of_free_input(tf: Any) -> Any:
    x = images(tf)
    outputs = plain(tf, x, lambda y: tf.reshape(tf.reshape(y, [BATCH, 8, -1]), [BATCH, 64]))
    return Case(x, outputs, plain_inference, feed={x: None})


@case
def checks(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        y = tf.check_numerics(y, "bad")
        with tf.control_dependencies([tf.Assert(tf.reduce_all(y > -1e6), [y])]):
            y = tf.stop_gradient(tf.identity(y))
        return tf.Print(y, [tf.shape(y)], first_n=0)

    x = images(tf)
    return Case(x, plain(tf, x, regularise), plain_inference, feed={x: None})


@case
def updates_before_output(tf: Any) -> Any:
    # The output waits for the updates, as slim's ``updates_collections=None`` makes it.
    x = images(tf)
    outputs = network(tf, x, training=True)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        late = [tf.identity(output, name=f"late_{number}") for number, output in enumerate(outputs)]
    return Case(x, late, inference, feed={x: None})


def _supervised(tf: Any) -> Any:
    x, labels = images(tf), tf.placeholder(tf.int32, [None], name="labels")
    outputs = network(tf, x, training=True)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=outputs[0])
    return x, outputs, losses, {x: None, labels: np.zeros(BATCH, np.int32)}


@case
def summaries_and_loss(tf: Any) -> Any:
    x, outputs, losses, feed = _supervised(tf)
    tf.summary.histogram("scores", outputs[0])
    loss = tf.reduce_mean(losses)
    tf.summary.scalar("loss", loss)
    return Case(x, outputs, inference, feed=feed, loss=loss)


@case
def output_is_the_loss(tf: Any) -> Any:
    x, _, losses, feed = _supervised(tf)
    return Case(x, [losses], inference, feed=feed, block="eval_graph.left_placeholder")


@case
def counter_on_the_path(tf: Any) -> Any:
    # An update on the way to the outputs that nobody knows.
    x = images(tf)
    count = tf.get_variable("count", initializer=0.0, trainable=False, use_resource=False)
    outputs = plain(tf, x, lambda y: y * tf.assign_add(count, 1.0))
    return Case(x, outputs, plain_inference, feed={x: None}, block="eval_graph.left_assign")


@case
def counter_before_the_read(tf: Any) -> Any:
    # The same, by a control input.
    x = images(tf)
    count = tf.get_variable("count", initializer=1.0, trainable=False, use_resource=True)
    with tf.control_dependencies([tf.assign_add(count, 1.0)]):
        value = count.read_value()
    outputs = plain(tf, x, lambda y: y * value)
    return Case(x, outputs, plain_inference, feed={x: None}, block="eval_graph.left_updated_read")
