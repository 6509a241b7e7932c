"""Quantization aware training, operation for operation what ``tf.contrib.quantize`` makes of a graph.

contrib went with TensorFlow 1, so the arithmetic of ``fold_batch_norms.py`` and ``quant_ops.py`` is written out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.core.eval_graph.random_networks.layers import EPSILON, MOMENTUM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.eval_graph.random_networks.layers import Layers


class Quantizer:
    """Fake quantization and batch norm folding in one graph; ``layers.training`` is a bool."""

    def __init__(self, layers: Layers, delay: int) -> None:
        self._layers = layers
        self._tf = layers.tf
        self._delay = delay
        self._step: Any = None

    def folded(self, x: Any, name: str, apply: Callable[[Any, Any], Any], kernel: Any, *, depthwise: bool) -> Any:
        """Convolve with the batch norm folded into the kernel; ``apply(x, kernel)`` convolves."""
        tf, layers = self._tf, self._layers
        depth = int(kernel.shape[2 if depthwise else 3])
        shape = [1, 1, depth, 1] if depthwise else [depth]
        with tf.variable_scope(name):
            gamma, beta = layers.variable("gamma", [depth], 1.0), layers.variable("beta", [depth], 0.0)
            mean = layers.variable("moving_mean", [depth], 0.0, trainable=False)
            variance = layers.variable("moving_variance", [depth], 1.0, trainable=False)
        if not layers.training:
            scale = gamma * tf.rsqrt(variance + EPSILON)
            folded = self.weights(kernel * tf.reshape(scale, shape), name)
            return apply(x, folded) + (beta - mean * scale)
        batch_mean, batch_variance = self._batch_statistics(apply(x, kernel), gamma, beta, (mean, variance))
        correction = tf.rsqrt(variance + EPSILON) / tf.rsqrt(batch_variance + EPSILON)
        scale = gamma * tf.rsqrt(batch_variance + EPSILON)
        corrected = tf.reshape(tf.identity(correction), shape) * kernel
        folded = self.weights(corrected * tf.reshape(scale, shape), name)
        return apply(x, folded) * tf.reciprocal(correction) + tf.zeros([depth]) + (beta - batch_mean * scale)

    def _batch_statistics(self, y: Any, gamma: Any, beta: Any, moving: tuple[Any, Any]) -> tuple[Any, Any]:
        from tensorflow.python.training import moving_averages

        tf = self._tf
        _, *batch = tf.nn.fused_batch_norm(y, gamma, beta, epsilon=EPSILON, is_training=True)[:3]
        for variable, value in zip(moving, batch, strict=True):
            made = moving_averages.assign_moving_average(variable, value, MOMENTUM, zero_debias=False)
            self._layers.updates.append(getattr(made, "op", made))
        count = tf.cast(tf.size(y) / tf.size(gamma), tf.float32)
        return batch[0], batch[1] * ((count - 1) / count)

    def weights(self, kernel: Any, name: str) -> Any:
        """Quantize a kernel by its own range (``LastValueQuantize``)."""
        return self._quantize(kernel, f"{name}_weights", self._tf.assign)

    def activation(self, x: Any, name: str) -> Any:
        """Quantize an activation by a moving range (``MovingAvgQuantize``)."""
        from tensorflow.python.training import moving_averages

        def follow(variable: Any, value: Any) -> Any:
            return moving_averages.assign_moving_average(variable, value, 0.9)

        return self._quantize(x, f"{name}_act", follow)

    def _quantize(self, x: Any, name: str, follow: Callable[[Any, Any], Any]) -> Any:
        tf, layers = self._tf, self._layers
        with tf.variable_scope(name):
            low = layers.variable("min", [], -6.0, trainable=False)
            high = layers.variable("max", [], 6.0, trainable=False)
            if not layers.training:
                return tf.fake_quant_with_min_max_vars(x, low, high)
            bounds = (
                follow(low, tf.minimum(tf.reduce_min(x), 0.0)),
                follow(high, tf.maximum(tf.reduce_max(x), 0.0)),
            )
            if not self._delay:
                return tf.fake_quant_with_min_max_vars(x, *bounds)
            return tf.cond(self._active(), lambda: tf.fake_quant_with_min_max_vars(x, *bounds), lambda: x)

    def _active(self) -> Any:
        if self._step is None:
            with self._tf.variable_scope("", reuse=False):
                step = self._tf.get_variable("quantization_step", [], self._tf.int64,
                                             initializer=self._tf.zeros_initializer(), trainable=False)  # fmt: skip
            self._step = self._tf.assign_add(step, 1)
        return self._step >= self._delay
