"""Writes checkpoints of every kind with TensorFlow's own Savers, and what TensorFlow's own reader says of them.

Run as a program in a process of its own: ``python tensorflow_checkpoints.py FOLDER``. Beside each checkpoint it leaves
``<name>.expected``, a pickle of key -> (dtype name, shape, content), where content is raw bytes or a list of strings.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

V1_DTYPES = (
    "float32", "float64", "int32", "uint8", "int8", "int16", "int64", "uint16", "bool", "complex64", "complex128",
    "float16", "qint8", "quint8", "qint32", "string",
)  # fmt: skip
V2_DTYPES = (
    *V1_DTYPES, "bfloat16", "uint32", "uint64", "qint16", "quint16", "float8_e5m2", "float8_e4m3fn", "int4", "uint4",
)  # fmt: skip
SHAPES: tuple[tuple[int, ...], ...] = ((), (0,), (5,), (2, 3), (3, 1, 4, 2))


def value(tf: Any, dtype: str, shape: tuple[int, ...]) -> Any:
    """Return an interesting constant of a dtype, through a cast where numpy lacks it."""
    rng = np.random.default_rng(len(shape))
    count = int(np.prod(shape))
    if dtype == "string":
        texts = [b"", b"a", "\u8def\u5f84".encode(), b"\0\xff" * 100, b"x" * 70000]
        return tf.constant([texts[i % 5] for i in range(count)], tf.string, shape)
    kind = tf.as_dtype(dtype)
    if kind.is_quantized:
        return tf.bitcast(tf.cast(tf.constant(rng.integers(0, 100, shape)), dtype[1:]), kind)
    if kind.is_bool:
        return tf.constant(rng.integers(0, 2, shape).astype(bool))
    if kind.is_complex:
        return tf.constant((rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype))
    if kind.is_floating:
        return tf.cast(tf.constant(rng.normal(size=shape)), kind)
    low = 0 if kind.is_unsigned else -8
    return tf.cast(tf.constant(rng.integers(low, 8, shape)), kind)


class Writer:
    """Writes checkpoints into one folder."""

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        self.tf, self.folder = tf, folder
        tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)

    def save(self, name: str, build: Any, *, version: int = 2, sharded: bool = False) -> None:
        """Build variables in a graph of their own and save them."""
        v1 = self.tf.compat.v1
        with self.tf.Graph().as_default():
            build()
            saver = v1.train.Saver(write_version=version, sharded=sharded)
            config = v1.ConfigProto(device_count={"CPU": 3}, allow_soft_placement=True)
            with v1.Session(config=config) as session:
                session.run(v1.global_variables_initializer())
                prefix = saver.save(session, str(self.folder / name), write_meta_graph=False, write_state=False)
        self.expect(name, str(prefix))

    def expect(self, name: str, prefix: str) -> None:
        """Write down what TensorFlow's reader says."""
        reader = self.tf.train.load_checkpoint(prefix)
        found = {}
        for key, dtype in reader.get_variable_to_dtype_map().items():
            try:
                array = np.asarray(reader.get_tensor(key))
            except (self.tf.errors.UnimplementedError, ValueError):
                array = self.restored(prefix, key, dtype)
            strings = dtype == self.tf.string
            content = array.ravel().tolist() if strings else array.tobytes()
            found[key] = (dtype.name, tuple(reader.get_variable_to_shape_map()[key]), content)
        (self.folder / f"{name}.expected").write_bytes(pickle.dumps(found))

    def restored(self, prefix: str, key: str, dtype: Any) -> Any:
        """Read a value by the Restore operation, for dtypes that the reader cannot hand to numpy."""
        (tensor,) = self.tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=[key], shape_and_slices=[""], dtypes=[dtype])
        return self.tf.bitcast(tensor, dtype.name.lstrip("q")).numpy() if dtype.is_quantized else tensor.numpy()

    def every_dtype(self, name: str, dtypes: tuple[str, ...], *, version: int) -> None:
        """Save a tensor of each dtype and shape; variables exist for a few dtypes only."""
        found = {f"{d}/v{i}": value(self.tf, d, s) for d in dtypes for i, s in enumerate(SHAPES)}
        self.save_tensors(name, found, version=version)

    def tensor_protos(self) -> None:
        """Write constants as TensorFlow puts them into graphs, with their values: ``tensors.expected``."""
        v1 = self.tf.compat.v1
        found = []
        for dtype in V2_DTYPES:
            for shape in SHAPES:
                tensor = value(self.tf, dtype, shape)
                kind = tensor.dtype
                plain = self.tf.bitcast(tensor, kind.name.lstrip("q")) if kind.is_quantized else tensor
                array = np.asarray(plain.numpy())
                content = array.ravel().tolist() if dtype == "string" else array.tobytes()
                proto = v1.make_tensor_proto(array, dtype=kind)
                found.append((proto.SerializeToString(), dtype, shape, content))
        for dtype in ("float32", "int64", "bool", "string", "float16", "bfloat16", "complex64", "uint32"):
            short = v1.make_tensor_proto({"string": b"x", "bool": True}.get(dtype, 1), dtype=dtype, shape=[2, 3])
            array = np.asarray(self.tf.make_ndarray(short))
            content = array.ravel().tolist() if dtype == "string" else array.tobytes()
            found.append((short.SerializeToString(), dtype, (2, 3), content))
        (self.folder / "tensors.expected").write_bytes(pickle.dumps(found))

    def save_tensors(self, name: str, found: dict[str, Any], *, version: int) -> None:
        """Save tensors by the operation that Savers use."""
        raw = self.tf.raw_ops
        prefix, names, tensors = str(self.folder / name), list(found), list(found.values())
        if version == 1:
            raw.Save(filename=prefix, tensor_names=names, data=tensors)
        else:
            raw.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors)
        self.expect(name, prefix)

    def partitioned(self) -> None:
        """Make variables partitioned along each axis, of several dtypes, evenly and not."""
        v1 = self.tf.compat.v1
        for dtype in ("float32", "float64", "int32", "int64"):
            for axis, shape in ((0, (7, 5)), (1, (5, 7)), (2, (2, 3, 8, 2)), (0, (9,))):
                name = f"part_{dtype}_{axis}_{len(shape)}"
                start = value(self.tf, dtype, shape)
                kind = self.tf.as_dtype(dtype)
                partitioner = v1.fixed_size_partitioner(3, axis=axis)
                whole = self.tf.cast(start, kind)

                def cut(shape: Any, dtype: Any, partition_info: Any, whole: Any = whole) -> Any:
                    return self.tf.slice(whole, partition_info.var_offset, shape)

                v1.get_variable(name, shape, kind, initializer=cut, partitioner=partitioner, use_resource=False)

    def on_devices(self) -> None:
        """Spread variables over devices, so that a sharded Saver writes several files."""
        for device in range(3):
            with self.tf.device(f"/cpu:{device}"):
                for number in range(4):
                    start = value(self.tf, "float32", (3, number + 1))
                    self.tf.compat.v1.get_variable(f"d{device}/v{number}", initializer=start, use_resource=False)
        with self.tf.device("/cpu:1"):
            self.partitioned()

    def object_based(self) -> None:
        """Write a TF2 checkpoint."""
        tracked = self.tf.train.Checkpoint(
            a=self.tf.Variable([1.0, 2.0]), b=self.tf.Variable(7, dtype=self.tf.int64), names=[self.tf.Variable("x")]
        )
        self.expect("object_based", tracked.write(str(self.folder / "object_based")))

    def many(self, name: str, *, version: int) -> None:
        """Save so many tensors that the index has many blocks, under names that share long prefixes."""
        found = {f"scope/with/a/long/name/{n}/weights": self.tf.constant(float(n)) for n in range(900)}
        self.save_tensors(name, found, version=version)


def main(folder: Path) -> None:
    """Write everything."""
    writer = Writer(folder)
    writer.every_dtype("dtypes_v1", V1_DTYPES, version=1)
    writer.every_dtype("dtypes_v2", V2_DTYPES, version=2)
    writer.save("partitioned_v1", writer.partitioned, version=1)
    writer.save("partitioned_v2", writer.partitioned)
    writer.save("sharded_v1", writer.on_devices, version=1, sharded=True)
    writer.save("sharded_v2", writer.on_devices, sharded=True)
    writer.many("many_v1", version=1)
    writer.many("many_v2", version=2)
    writer.object_based()
    writer.tensor_protos()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
