"""Freezing against TensorFlow's ``freeze_graph`` and against a plain copy of the checkpoint: time and peak memory.

::

    python tests/benchmarks/bench_freeze.py [--sizes 10,100,500] [--repeats 3]

Each side runs in a process of its own, imports included, as a person would run it. "inside" is the time that the
program itself took, imports left out on both sides.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":  # run as a script, Python looks for modules beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.paired import Command, Pair, Run, measure, paired

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

_MAKE = """
import sys
import tensorflow as tf
import numpy as np
tf1 = tf.compat.v1
tf1.disable_v2_behavior()
prefix, megabytes = sys.argv[1], int(sys.argv[2])
layers = 10
width = int((megabytes * 1e6 / 4 / layers) ** 0.5)
x = y = tf1.placeholder(tf.float32, [None, width], name="x")
random = np.random.default_rng(0)
feeds = {}
for layer in range(layers):
    start = tf1.placeholder(tf.float32, [width, width])
    weights = tf1.get_variable(f"layer{layer}/weights", initializer=start, use_resource=False)
    feeds[start] = random.standard_normal([width, width], dtype=np.float32)
    y = tf.nn.relu(tf.matmul(y, weights))
tf.identity(y, name="out")
saver = tf1.train.Saver()
with tf1.Session() as session:
    session.run(tf1.global_variables_initializer(), feeds)
    saver.save(session, prefix)
"""

_THEIRS = """
import sys, time
from tensorflow.python.tools import freeze_graph
started = time.perf_counter()
prefix, target = sys.argv[1:]
meta = prefix + ".meta"
freeze_graph.freeze_graph(None, "", True, prefix, "out", None, None, target, True, "", input_meta_graph=meta)
print("inside", time.perf_counter() - started)
"""

_OURS = """
import sys, time
from pathlib import Path
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.freeze.freezer import freeze
from coldpress.freeze.match import match
from coldpress.graph.loading import graph_from
started = time.perf_counter()
prefix, target = sys.argv[1:]
graph = graph_from(read_graph(prefix + ".meta").parts)
checkpoint = open_checkpoint(prefix)
freeze(graph, checkpoint, ["out"], Path(target), saved=match(graph, checkpoint).saved)
print("inside", time.perf_counter() - started)
"""

_COPY = """
import shutil, sys, time
started = time.perf_counter()
shutil.copyfile(sys.argv[1] + ".data-00000-of-00001", sys.argv[2])
print("inside", time.perf_counter() - started)
"""


def main() -> None:
    """Read what to measure, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,500", help="megabytes of weights, comma-separated")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    run([int(text) for text in arguments.sizes.split(",")], arguments.repeats)


def run(sizes: list[int], repeats: int) -> None:
    """Print a line for each size and opponent."""
    with tempfile.TemporaryDirectory(prefix="coldpress-bench-") as folder:
        for size in sizes:
            _compare(Path(folder), size, repeats)


def _compare(folder: Path, megabytes: int, repeats: int) -> None:
    """Measure one size."""
    prefix = folder / f"model-{megabytes}"
    measure(Command("make", _python(_MAKE, str(prefix), str(megabytes)), _QUIET))
    ours = _command("coldpress", _OURS, prefix, folder / "ours.pb")
    theirs = _command("freeze_graph", _THEIRS, prefix, folder / "theirs.pb")
    copy = _command("copy", _COPY, prefix, folder / "copy.data")
    for other in (theirs, copy):
        pair = paired(ours, other, repeats=repeats)
        print(pair.line(f"freeze {megabytes} MB"), f"  inside x {_inside(pair):.3f}", flush=True)
    for path in folder.iterdir():
        path.unlink()


def _command(name: str, program: str, prefix: Path, target: Path) -> Command:
    def prepare() -> None:
        """Let no run pay for what the one before left to be written to the disk."""
        target.unlink(missing_ok=True)
        os.sync()

    return Command(name, _python(program, str(prefix), str(target)), _QUIET, prepare)


def _python(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-c", program, *arguments]


def _inside(pair: Pair) -> float:
    """Return the median of the paired ratios of what the programs measured themselves."""
    return statistics.median(_seconds(a) / _seconds(b) for a, b in zip(pair.first, pair.second, strict=True))


def _seconds(run: Run) -> float:
    return float(run.output.rsplit("inside", 1)[1])


if __name__ == "__main__":
    main()
