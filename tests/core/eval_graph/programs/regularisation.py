"""Programs with dropout and noise of many kinds."""

from typing import Any

from tests.core.eval_graph.programs.layers import Case, case, drop, images, normal, plain, plain_inference

_RANDOM = "eval_graph.left_random"


def _regularised(tf: Any, regularise: Any, feed: Any = None, evaluate: Any = plain_inference, **options: Any) -> Any:
    x = images(tf)
    return Case(x, plain(tf, x, regularise), evaluate, feed={x: None, **(feed or {})}, **options)


@case
def dropout_constant(tf: Any) -> Any:
    return _regularised(tf, lambda y: drop(tf, y, 0.3))


@case
def dropout_placeholder(tf: Any) -> Any:
    rate = tf.placeholder(tf.float32, [], name="drop_rate")
    return _regularised(tf, lambda y: drop(tf, y, rate), {rate: 0.3})


@case
def dropout_placeholder_with_default(tf: Any) -> Any:
    rate = tf.placeholder_with_default(0.0, [], name="drop_rate")
    return _regularised(tf, lambda y: drop(tf, y, rate), {rate: 0.3})


@case
def dropout_computed(tf: Any) -> Any:
    step = tf.cast(tf.train.get_or_create_global_step(), tf.float32)
    rate = tf.minimum(0.5, 0.1 + 0.02 * step) * (1.0 - tf.exp(-step - 1.0))
    return _regularised(tf, lambda y: drop(tf, y, rate))


@case
def dropout_spatial(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        y = tf.reshape(y, [-1, 8, 8])
        return tf.reshape(drop(tf, y, 0.3, noise_shape=[tf.shape(y)[0], 1, 8]), [-1, 64])

    return _regularised(tf, regularise)


@case
def dropout_by_hand(tf: Any) -> Any:
    # Scaled after the mask, with the comparison the other way round.
    def regularise(y: Any) -> Any:
        mask = tf.cast(tf.less(tf.random_uniform(tf.shape(y)), 0.8), tf.float32)
        return (y * mask) / 0.8

    return _regularised(tf, regularise)


@case
def dropout_twice_one_mask(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        mask = tf.floor(0.75 + tf.random_uniform(tf.shape(y)))
        return tf.div(y, 0.75) * mask + tf.tanh(y) / 0.75 * mask

    return _regularised(tf, regularise, evaluate=lambda tf, x: plain(tf, x, lambda y: y + tf.tanh(y)))


@case
def dropout_of_weights(tf: Any) -> Any:
    # DropConnect.
    def build(tf: Any, x: Any, training: Any) -> Any:
        def regularise(y: Any) -> Any:
            kernel = tf.get_variable("hidden", [int(y.get_shape()[-1]), 9], initializer=normal(tf))
            return tf.nn.relu(tf.matmul(y, drop(tf, kernel, 0.3) if training else kernel))

        return plain(tf, x, regularise)

    x = images(tf)
    return Case(x, build(tf, x, training=True), lambda tf, x: build(tf, x, training=False), feed={x: None})


@case
def dropout_half_precision(tf: Any) -> Any:
    def halved(y: Any) -> Any:
        return tf.cast(tf.cast(y, tf.float16), tf.float32)

    def regularise(y: Any) -> Any:
        return tf.cast(drop(tf, tf.cast(y, tf.float16), 0.3), tf.float32)

    return _regularised(tf, regularise, evaluate=lambda tf, x: plain(tf, x, halved))


@case
def stochastic_depth(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        keep = tf.floor(0.8 + tf.random_uniform([tf.shape(y)[0], 1]))
        return y + tf.div(tf.tanh(y), 0.8) * keep

    return _regularised(tf, regularise, evaluate=lambda tf, x: plain(tf, x, lambda y: y + tf.tanh(y)))


@case
def alpha_dropout(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        alpha, rate = -1.7580993408473766, 0.2
        mask = tf.cast(tf.random_uniform(tf.shape(y)) >= rate, tf.float32)
        a = ((1 - rate) * (1 + rate * alpha**2)) ** -0.5
        return a * (y * mask + alpha * (1 - mask)) - a * alpha * rate

    return _regularised(tf, regularise)


@case
def alpha_dropout_contrib(tf: Any) -> Any:
    if not hasattr(tf, "contrib") or not hasattr(tf.contrib.nn, "alpha_dropout"):
        return alpha_dropout(tf)
    return _regularised(tf, lambda y: tf.contrib.nn.alpha_dropout(y, 0.8))


@case
def gaussian_noise(tf: Any) -> Any:
    return _regularised(tf, lambda y: y + tf.random_normal(tf.shape(y), 0.0, 0.2))


@case
def gaussian_dropout(tf: Any) -> Any:
    return _regularised(tf, lambda y: y * tf.random_normal(tf.shape(y), 1.0, (0.2 / 0.8) ** 0.5))


@case
def truncated_noise(tf: Any) -> Any:
    return _regularised(tf, lambda y: y + tf.truncated_normal(tf.shape(y), 0.0, 0.2))


@case
def dropout_without_scale(tf: Any) -> Any:
    # Classical dropout: inference multiplies by keep_prob somewhere, so it is no identity.
    return _regularised(tf, lambda y: y * tf.floor(0.8 + tf.random_uniform(tf.shape(y))), block=_RANDOM)


@case
def dropout_with_wrong_scale(tf: Any) -> Any:
    return _regularised(tf, lambda y: y / 0.9 * tf.floor(0.8 + tf.random_uniform(tf.shape(y))), block=_RANDOM)


@case
def noise_with_mean(tf: Any) -> Any:
    return _regularised(tf, lambda y: y + tf.random_normal(tf.shape(y), 0.5, 0.2), block=_RANDOM)


@case
def noise_uniform(tf: Any) -> Any:
    # Learned compression adds this in the place of rounding.
    return _regularised(tf, lambda y: y + tf.random_uniform(tf.shape(y), -0.5, 0.5), block=_RANDOM)


@case
def noise_learned(tf: Any) -> Any:
    # A variational bottleneck: the deviation is computed from data.
    return _regularised(tf, lambda y: y + tf.exp(0.1 * y) * tf.random_normal(tf.shape(y)), block=_RANDOM)


@case
def noise_alone(tf: Any) -> Any:
    # A latent that is drawn, not noise on something.
    def regularise(y: Any) -> Any:
        return tf.concat([y, tf.random_normal([tf.shape(y)[0], 4])], 1)

    return _regularised(tf, regularise, block=_RANDOM)


@case
def gumbel(tf: Any) -> Any:
    def regularise(y: Any) -> Any:
        return y - tf.log(-tf.log(tf.random_uniform(tf.shape(y), 1e-6, 1.0)))

    return _regularised(tf, regularise, block=_RANDOM)


@case
def mixing_by_chance(tf: Any) -> Any:
    # Shake-shake: inference takes the mean of the branches, which is not said in the graph.
    def regularise(y: Any) -> Any:
        share = tf.random_uniform([tf.shape(y)[0], 1])
        return y * share + tf.tanh(y) * (1 - share)

    return _regularised(tf, regularise, block=_RANDOM)
