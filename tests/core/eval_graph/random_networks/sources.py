"""Where the random networks get their images from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.core.eval_graph.random_networks.plan import BATCH, DEPTH, SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Source:
    """``images`` go into the network; ``cut`` is the tensor that an eval graph's input replaces."""

    images: Any
    cut: Any
    fed: Any = None
    prepare: list[Any] = field(default_factory=list)

    def feed(self, pictures: np.ndarray) -> dict[Any, Any]:
        return {} if self.fed is None else {self.fed: pictures}

    @contextmanager
    def running(self, tf: Any, session: Any) -> Iterator[None]:
        """Initialise iterators, run the threads of queues."""
        session.run(self.prepare)
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        yield
        coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=5)


def make_source(tf: Any, kind: str, pictures: np.ndarray) -> Source:
    """Build a source in the default graph."""
    makers: dict[str, Callable[[Any, np.ndarray], Source]] = {
        "placeholder": lambda tf, _: _placeholder(tf, None),
        "fixed": lambda tf, _: _placeholder(tf, BATCH),
        "default": _default,
        "iterator": _iterator,
        "one_shot": _one_shot,
        "queue": _queue,
        "split": _split,
    }
    return makers[kind](tf, pictures)


def _placeholder(tf: Any, batch: int | None) -> Source:
    x = tf.placeholder(tf.float32, [batch, SIZE, SIZE, DEPTH], name="images")
    return Source(x, x, x)


def _default(tf: Any, pictures: np.ndarray) -> Source:
    x = tf.placeholder_with_default(pictures, [None, SIZE, SIZE, DEPTH], name="images")
    return Source(x, x)


def _dataset(tf: Any, pictures: np.ndarray) -> Any:
    data = tf.data.Dataset.from_tensor_slices((pictures, np.zeros(BATCH, np.int32)))
    return data.map(lambda picture, label: (picture * 2.0, label)).shuffle(5).repeat().batch(BATCH)


def _iterator(tf: Any, pictures: np.ndarray) -> Source:
    iterator = tf.data.make_initializable_iterator(_dataset(tf, pictures))
    x = iterator.get_next()[0]
    return Source(x, x, prepare=[iterator.initializer])


def _one_shot(tf: Any, pictures: np.ndarray) -> Source:
    x = tf.data.make_one_shot_iterator(_dataset(tf, pictures)).get_next()[0]
    return Source(x, x)


def _queue(tf: Any, pictures: np.ndarray) -> Source:
    queue = tf.FIFOQueue(60, [tf.float32, tf.int32], [[SIZE, SIZE, DEPTH], []])
    labels = tf.zeros([BATCH], tf.int32)
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue_many([tf.constant(pictures), labels])]))
    x = queue.dequeue_many(BATCH)[0]
    return Source(x, x)


def _split(tf: Any, _pictures: np.ndarray) -> Source:
    # The network is the first of two towers, and the cut is its part of the batch.
    whole = tf.placeholder(tf.float32, [2 * BATCH, SIZE, SIZE, DEPTH], name="images")
    part = tf.split(whole, 2)[0]
    return _Doubled(part, part, whole)


class _Doubled(Source):
    def feed(self, pictures: np.ndarray) -> dict[Any, Any]:
        return {self.fed: np.concatenate([pictures, pictures])}
