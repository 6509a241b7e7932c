"""Programs whose graph holds conditionals."""

from typing import Any

from tests.core.eval_graph.programs.layers import (
    SIZE,
    Case,
    case,
    dense,
    drop,
    dropout,
    flag,
    images,
    inference,
    network,
    normal,
    plain,
    plain_inference,
    same,
)

_FLAG = "eval_graph.left_bool_placeholder"


def _conditional(tf: Any, training: Any, feed: Any) -> Any:
    x = images(tf)
    return Case(x, network(tf, x, training), inference, feed={x: None, **feed})


@case
def cond_placeholder(tf: Any) -> Any:
    training = flag(tf)
    return _conditional(tf, training, {training: True})


@case
def cond_unnamed_placeholder(tf: Any) -> Any:
    training = tf.placeholder(tf.bool)
    return _conditional(tf, training, {training: True})


@case
def cond_resource_variables(tf: Any) -> Any:
    x, training = images(tf), flag(tf, "switch")
    outputs = network(tf, x, training, resource=True)
    feed = {x: None, training: True}
    return Case(x, outputs, lambda tf, x: network(tf, x, training=False, resource=True), feed=feed)


@case
def cond_default_false(tf: Any) -> Any:
    training = tf.placeholder_with_default(input=False, shape=[], name="keras_learning_phase")
    return _conditional(tf, training, {training: True})


@case
def cond_default_true(tf: Any) -> Any:
    return _conditional(tf, tf.placeholder_with_default(input=True, shape=[], name="phase"), {})


@case
def cond_variable(tf: Any) -> Any:
    return _conditional(tf, tf.get_variable("mode", initializer=True, trainable=False), {})


@case
def cond_resource_variable(tf: Any) -> Any:
    training = tf.get_variable("mode", initializer=True, trainable=False, use_resource=True)
    return _conditional(tf, training.read_value(), {})


@case
def cond_and(tf: Any) -> Any:
    training, frozen = flag(tf, "one"), flag(tf, "frozen")
    both = tf.logical_and(training, tf.logical_not(frozen))
    return _conditional(tf, both, {training: True, frozen: False})


@case
def cond_or(tf: Any) -> Any:
    one, other = flag(tf, "finetune"), flag(tf, "pretrain")
    return _conditional(tf, tf.logical_or(one, other), {one: True, other: False})


@case
def cond_integer_mode(tf: Any) -> Any:
    mode = tf.placeholder(tf.int32, [], name="mode")
    return _conditional(tf, tf.equal(mode, 1), {mode: 1})


@case
def cond_inverse(tf: Any) -> Any:
    # The flag says *inference*.
    quiet = flag(tf, "deterministic")
    return _conditional(tf, tf.logical_not(quiet), {quiet: False})


@case
def cond_constant(tf: Any) -> Any:
    return _conditional(tf, tf.constant(value=True), {})


@case
def cond_nested(tf: Any) -> Any:
    x, training, extra = images(tf), flag(tf, "a"), flag(tf, "b")

    def regularise(y: Any) -> Any:
        def inner() -> Any:
            return tf.cond(extra, lambda: drop(tf, y, 0.7), lambda: drop(tf, y, 0.2))

        return tf.cond(training, inner, lambda: tf.identity(y))

    outputs = network(tf, x, training, regularise)
    return Case(x, outputs, inference, feed={x: None, training: True, extra: True})


@case
def cond_whole_network(tf: Any) -> Any:
    # Both networks in one conditional, on the same variables.
    x, training = images(tf), flag(tf, "switch")

    def build(tf: Any, x: Any, training: Any) -> Any:
        return network(tf, x, training, resource=True)[0]

    first = build(tf, x, training=False)
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        made = tf.cond(training, lambda: build(tf, x, training=True), lambda: build(tf, x, training=False))
    outputs = [tf.identity(made, name="out")]
    loss = tf.reduce_mean(tf.square(first - 1.0))
    feed = {x: None, training: True}
    return Case(x, outputs, lambda tf, x: [build(tf, x, training=False)], feed=feed, loss=loss, updates=False)


@case
def cond_keep_prob(tf: Any) -> Any:
    # The dropout is always there, its probability is conditional.
    x, training = images(tf), flag(tf, "switch")
    rate = tf.cond(training, lambda: 0.5, lambda: 0.0)
    outputs = network(tf, x, training, lambda y: drop(tf, y, rate))
    return Case(x, outputs, inference, feed={x: None, training: True})


@case
def where_keep_prob(tf: Any) -> Any:
    x, training = images(tf), flag(tf, "switch")
    rate = tf.where(training, 0.5, 0.0)
    outputs = plain(tf, x, lambda y: drop(tf, y, rate))
    return Case(x, outputs, plain_inference, feed={x: None, training: True})


@case
def cond_on_data(tf: Any) -> Any:
    # A conditional that belongs to the model stays.
    def build(tf: Any, x: Any, training: Any) -> Any:
        def regularise(y: Any) -> Any:
            return tf.cond(tf.reduce_max(x) > 100.0, lambda: y * 0.5, lambda: y + 1.0)

        return network(tf, x, training, regularise)

    x, training = images(tf), flag(tf)
    feed = {x: None, training: True}
    return Case(x, build(tf, x, training), lambda tf, x: build(tf, x, training=False), feed=feed)


@case
def cond_two_sources(tf: Any) -> Any:
    # The flag also chooses where the images come from; the cut is behind the choice.
    x, other, training = images(tf), images(tf, name="test_images"), flag(tf, "switch")
    chosen = tf.cond(training, lambda: tf.identity(x), lambda: tf.identity(other))
    chosen.set_shape([None, SIZE, SIZE, 3])
    feed = {x: None, other: None, training: True}
    return Case(chosen, network(tf, chosen, training), inference, feed=feed)


@case
def cond_as_case(tf: Any) -> Any:
    # ``tf.case`` over a mode, of which one means training.
    x, mode = images(tf), tf.placeholder(tf.int32, [], name="mode")

    def regularise(y: Any) -> Any:
        pairs = [(tf.equal(mode, 1), lambda: drop(tf, y, 0.4))]
        return tf.case(pairs, default=lambda: tf.identity(y))

    return Case(x, plain(tf, x, regularise), plain_inference, feed={x: None, mode: 1})


@case
def flag_of_another_kind(tf: Any) -> Any:
    # A flag that switches a trained branch on must not be taken for a training flag.
    x, wide = images(tf), flag(tf, "use_side_branch")

    def regularise(y: Any) -> Any:
        side = dense(tf, y, int(y.get_shape()[-1]), "side")
        return tf.cond(wide, lambda: y + drop(tf, side, 0.3), lambda: tf.identity(y))

    return Case(x, plain(tf, x, regularise), plain_inference, feed={x: None, wide: True}, block=_FLAG)


@case
def flag_without_training(tf: Any) -> Any:
    # A flag that switches between two deterministic ways is the model's own.
    x, mirrored = images(tf), flag(tf, "mirrored")

    def regularise(y: Any) -> Any:
        return tf.cond(mirrored, lambda: tf.negative(y), lambda: tf.identity(y))

    return Case(x, plain(tf, x, regularise), plain_inference, feed={x: None, mirrored: True}, block=_FLAG)


def _looped(tf: Any, x: Any, training: Any, regularise: Any) -> Any:
    def repeat(y: Any) -> Any:
        size = int(y.get_shape()[-1])
        kernel = tf.get_variable("step", [size, size], initializer=normal(tf))

        def body(i: Any, state: Any) -> Any:
            return i + 1, tf.tanh(regularise(tf.matmul(state, kernel)))

        return tf.while_loop(lambda i, _: i < 3, body, [tf.constant(0), y])[1]

    return network(tf, x, training, repeat)


@case
def loop(tf: Any) -> Any:
    # A while loop of the model stays.
    x, training = images(tf), flag(tf)
    evaluate = lambda tf, x: _looped(tf, x, training=False, regularise=same)  # noqa: E731
    return Case(x, _looped(tf, x, training, same), evaluate, feed={x: None, training: True})


@case
def loop_with_dropout(tf: Any) -> Any:
    # Conditionals and dropout inside a loop go.
    x, training = images(tf), flag(tf)
    outputs = _looped(tf, x, training, lambda y: dropout(tf, y, 0.3, training))
    evaluate = lambda tf, x: _looped(tf, x, training=False, regularise=same)  # noqa: E731
    return Case(x, outputs, evaluate, feed={x: None, training: True})
