"""Programs that read their images in many ways."""

from typing import Any

import numpy as np
from tests.core.eval_graph.programs.layers import (
    BATCH,
    SIZE,
    Case,
    case,
    inference,
    network,
    plain,
    plain_inference,
    records,
)


def _from(tf: Any, x: Any, **options: Any) -> Any:
    return Case(x, network(tf, x, training=True), inference, **options)


def _slices(tf: Any) -> Any:
    return tf.train.slice_input_producer([tf.constant(records()), tf.zeros([40], tf.int32)])


@case
def input_shuffle_batch(tf: Any) -> Any:
    image, label = _slices(tf)
    return _from(tf, tf.train.shuffle_batch([image, label], BATCH, 30, 10)[0])


@case
def input_batch(tf: Any) -> Any:
    image, label = _slices(tf)
    return _from(tf, tf.train.batch([tf.image.random_flip_left_right(image), label], BATCH)[0])


@case
def input_queue_up_to(tf: Any) -> Any:
    queue = tf.FIFOQueue(100, [tf.float32], [[SIZE, SIZE, 3]])
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue_many([tf.constant(records())])]))
    return _from(tf, queue.dequeue_up_to(BATCH))


def _iterator(tf: Any, data: Any, kind: str) -> Any:
    made = getattr(data, f"make_{kind}_iterator", None)
    iterator = made() if made is not None else getattr(tf.data, f"make_{kind}_iterator")(data)
    if kind != "one_shot":
        tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
    return iterator


def _dataset(tf: Any) -> Any:
    data = tf.data.Dataset.from_tensor_slices((records(), np.zeros(40, np.int32)))
    return data.map(lambda image, label: (image * 0.5, label)).shuffle(20).repeat().batch(BATCH)


@case
def input_one_shot(tf: Any) -> Any:
    return _from(tf, _iterator(tf, _dataset(tf), "one_shot").get_next()[0])


@case
def input_initializable(tf: Any) -> Any:
    return _from(tf, _iterator(tf, _dataset(tf), "initializable").get_next()[0])


@case
def input_reinitializable(tf: Any) -> Any:
    shapes = (tf.TensorShape([None, SIZE, SIZE, 3]), tf.TensorShape([None]))
    iterator = tf.data.Iterator.from_structure((tf.float32, tf.int32), shapes)
    tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, iterator.make_initializer(_dataset(tf)))
    return _from(tf, iterator.get_next()[0])


@case
def input_second_output(tf: Any) -> Any:
    # The images are the iterator's second component.
    data = tf.data.Dataset.from_tensor_slices((np.zeros(40, np.int32), records())).repeat().batch(BATCH)
    return _from(tf, _iterator(tf, data, "initializable").get_next()[1])


@case
def input_default(tf: Any) -> Any:
    return _from(tf, tf.placeholder_with_default(tf.constant(records(BATCH)), [None, SIZE, SIZE, 3], name="images"))


@case
def input_staged(tf: Any) -> Any:
    from tensorflow.python.ops import data_flow_ops

    area = data_flow_ops.StagingArea([tf.float32], [[BATCH, SIZE, SIZE, 3]])
    put = area.put([tf.constant(records(BATCH))])
    x = area.get()
    return _from(tf, x[0] if isinstance(x, (list, tuple)) else x, prepare=put)


@case
def input_jpeg(tf: Any) -> Any:
    # Decoding, augmentation and normalisation before the cut.
    with tf.Session(graph=tf.Graph()) as session, session.graph.as_default():
        picture = np.random.RandomState(0).randint(0, 255, (16, 16, 3)).astype(np.uint8)
        encoded = session.run(tf.image.encode_jpeg(picture))
    data = tf.placeholder(tf.string, [], name="jpeg")
    image = tf.cast(tf.image.decode_jpeg(data, channels=3), tf.float32)
    image = tf.image.resize_images(tf.image.random_flip_left_right(image), [SIZE, SIZE])
    x = tf.tile(tf.expand_dims(image / 127.5 - 1.0, 0), [BATCH, 1, 1, 1])
    return _from(tf, x, feed={data: encoded})


@case
def input_above_the_cut(tf: Any) -> Any:
    # The chosen input does not feed all of the path.
    image, label = _slices(tf)
    x, labels = tf.train.batch([image, label], BATCH)
    weights = 1.0 + tf.cast(tf.reshape(labels, [-1, 1]), tf.float32)
    made = plain(tf, x, lambda y: y * weights)
    return Case(x, made, plain_inference, block="eval_graph.left_pipeline")
