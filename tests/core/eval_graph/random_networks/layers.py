"""The layers of the random networks, each written once for training and inference, as TF 1.x code writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

EPSILON, MOMENTUM = 1e-3, 0.7


class Layers:
    """Layers in one graph. ``training`` is a bool, or a scalar boolean tensor."""

    def __init__(self, tf: Any, training: Any, *, resource: bool) -> None:
        self.tf = tf
        self.training = training
        self.resource = resource
        self.updates: list[Any] = []

    def choose(self, if_true: Callable[[], Any], if_false: Callable[[], Any]) -> Any:
        """``smart_cond`` on ``training``."""
        if isinstance(self.training, bool):
            return if_true() if self.training else if_false()
        return self.tf.cond(self.training, if_true, if_false)

    def variable(self, name: str, shape: list[int], start: float | None = None, *, trainable: bool = True) -> Any:
        tf = self.tf
        initial = tf.random_normal_initializer(0.0, 0.3) if start is None else tf.constant_initializer(start)
        return tf.get_variable(
            name, shape, tf.float32, initializer=initial, trainable=trainable, use_resource=self.resource
        )

    def conv(self, x: Any, filters: int, name: str, *, stride: int = 1, size: int = 3) -> Any:
        with self.tf.variable_scope(name):
            kernel = self.variable("kernel", [size, size, int(x.shape[-1]), filters])
            return self.tf.nn.conv2d(x, kernel, [1, stride, stride, 1], "SAME")

    def depthwise(self, x: Any, name: str) -> Any:
        with self.tf.variable_scope(name):
            kernel = self.variable("depthwise_kernel", [3, 3, int(x.shape[-1]), 1])
            return self.tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")

    def dense(self, x: Any, size: int, name: str) -> Any:
        with self.tf.variable_scope(name):
            kernel = self.variable("kernel", [int(x.shape[-1]), size])
            return self.tf.nn.bias_add(self.tf.matmul(x, kernel), self.variable("bias", [size], 0.0))

    def bias(self, x: Any, name: str) -> Any:
        with self.tf.variable_scope(name):
            return self.tf.nn.bias_add(x, self.variable("bias", [int(x.shape[-1])], 0.0))

    def activate(self, x: Any, kind: str) -> Any:
        nn = self.tf.nn
        return {"relu": nn.relu, "relu6": nn.relu6, "leaky": nn.leaky_relu, "elu": nn.elu}[kind](x)

    # ------------------------------------------------------------ normalisation

    def normalise(self, x: Any, kind: str, name: str) -> Any:
        with self.tf.variable_scope(name):
            if kind == "none":
                return self.bias(x, "plain")
            if kind == "instance":
                return self._instance(x)
            return self._fused(x, kind) if kind.startswith("fused") else self._unfused(x, kind)

    def _statistics(self, x: Any) -> tuple[Any, Any]:
        depth = [int(x.shape[-1])]
        mean = self.variable("moving_mean", depth, 0.0, trainable=False)
        return mean, self.variable("moving_variance", depth, 1.0, trainable=False)

    def _parameters(self, x: Any, *, scale: bool) -> tuple[Any, Any]:
        depth = [int(x.shape[-1])]
        gamma = self.variable("gamma", depth, 1.0) if scale else self.tf.constant([1.0] * depth[0])
        return gamma, self.variable("beta", depth, 0.0)

    def _fused(self, x: Any, kind: str) -> Any:
        tf = self.tf
        gamma, beta = self._parameters(x, scale=kind != "fused_plain")
        moving = self._statistics(x)

        def train() -> Any:
            return tuple(tf.nn.fused_batch_norm(x, gamma, beta, epsilon=EPSILON, is_training=True)[:3])

        def infer() -> Any:
            made = tf.nn.fused_batch_norm(x, gamma, beta, *moving, epsilon=EPSILON, is_training=False)
            return made[0], tf.identity(moving[0]), tf.identity(moving[1])

        y, *batch = self.choose(train, infer)
        self._follow(moving, batch, debiased=False)
        if kind == "fused_waiting" and self.updates:
            with tf.control_dependencies(self.updates[-2:]):
                y = tf.identity(y)
        return y

    def _unfused(self, x: Any, kind: str) -> Any:
        tf = self.tf
        gamma, beta = self._parameters(x, scale=True)
        moving = self._statistics(x)
        batch = tf.nn.moments(x, [0, 1, 2]) if self.training is not False else moving
        mean, variance = (self._either(*pair) for pair in zip(batch, moving, strict=True))
        self._follow(moving, (mean, variance), debiased=kind == "debiased")
        if kind == "by_hand":
            return gamma * (x - mean) / tf.sqrt(variance + EPSILON) + beta
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, EPSILON)

    def _either(self, batch: Any, moving: Any) -> Any:
        return self.choose(lambda: self.tf.identity(batch), lambda: self.tf.identity(moving))

    def _follow(self, moving: Any, batch: Any, *, debiased: bool) -> None:
        """Let the moving statistics follow those of the batch, by TensorFlow's own code."""
        from tensorflow.python.training import moving_averages

        if self.training is False:
            return
        momentum = self.choose(lambda: self.tf.constant(MOMENTUM), lambda: self.tf.constant(1.0))
        debiased = debiased and isinstance(self.training, bool)
        for variable, value in zip(moving, batch, strict=True):
            made = moving_averages.assign_moving_average(variable, value, momentum, zero_debias=debiased)
            self.updates.append(getattr(made, "op", made))

    def _instance(self, x: Any) -> Any:
        """Normalise each image by its own statistics, which is no batch norm and stays."""
        tf = self.tf
        mean, variance = tf.nn.moments(x, [1, 2], keep_dims=True)
        gamma, beta = self._parameters(x, scale=True)
        return (x - mean) * tf.rsqrt(variance + EPSILON) * gamma + beta

    # ------------------------------------------------------------ regularisation

    def regularise(self, x: Any, kind: str) -> Any:
        if kind == "none":
            return x
        return self.choose(lambda: getattr(self, f"_{kind}")(x), lambda: self.tf.identity(x))

    def _dropout(self, x: Any) -> Any:
        return self.tf.nn.dropout(x, rate=0.3)

    def _floor(self, x: Any) -> Any:
        """Write dropout as releases before 1.13 do."""
        keep = self.tf.constant(0.8)
        return self.tf.div(x, keep) * self.tf.floor(keep + self.tf.random_uniform(self.tf.shape(x)))

    def _spatial(self, x: Any) -> Any:
        return self.tf.nn.dropout(x, rate=0.4, noise_shape=[self.tf.shape(x)[0], 1, 1, int(x.shape[-1])])

    def _alpha(self, x: Any) -> Any:
        alpha, rate = -1.7580993408473766, 0.2
        mask = self.tf.cast(self.tf.random_uniform(self.tf.shape(x)) >= rate, self.tf.float32)
        a = ((1 - rate) * (1 + rate * alpha**2)) ** -0.5
        return a * (x * mask + alpha * (1 - mask)) - a * alpha * rate

    def _noise(self, x: Any) -> Any:
        return x + self.tf.random_normal(self.tf.shape(x), 0.0, 0.1)

    def _gaussian(self, x: Any) -> Any:
        return x * self.tf.random_normal(self.tf.shape(x), 1.0, 0.3)

    def _depth(self, x: Any) -> Any:
        shape = [self.tf.shape(x)[0], 1, 1, 1]
        return self.tf.div(x, 0.9) * self.tf.floor(0.9 + self.tf.random_uniform(shape))

    def _computed(self, x: Any) -> Any:
        step = self.tf.cast(self.tf.train.get_or_create_global_step(), self.tf.float32)
        return self.tf.nn.dropout(x, rate=self.tf.minimum(0.4, 0.1 + 0.05 * step))
