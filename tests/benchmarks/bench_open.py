"""Opening a graph: Coldpress's reader and index against GraphDef parsing and ``import_meta_graph`` of TensorFlow.

Each side runs in a process of its own that imports first, measures itself and prints one JSON line, so that imports
are not counted; the sides take turns.

    python -m tests.benchmarks.bench_open --nodes 1000 10000 100000 500000
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from coldpress.formats.protos import MetaGraphDef

_SIDES = {
    "coldpress": """
import resource, sys, time
from coldpress.formats.graph_files import read_graph
from coldpress.graph.loading import graph_from
begin = time.perf_counter()
graph = graph_from(read_graph(sys.argv[1]).parts)
seconds = time.perf_counter() - begin
count = len(graph)
""",
    "GraphDef parsing": """
import resource, sys, time
import tensorflow as tf
begin = time.perf_counter()
meta = tf.compat.v1.MetaGraphDef()
with open(sys.argv[1], "rb") as file:
    meta.ParseFromString(file.read())
names = {node.name: node for node in meta.graph_def.node}
seconds = time.perf_counter() - begin
count = len(names)
""",
    "import_meta_graph": """
import resource, sys, time
import tensorflow as tf
tf.compat.v1.disable_eager_execution()
begin = time.perf_counter()
tf.compat.v1.train.import_meta_graph(sys.argv[1])
seconds = time.perf_counter() - begin
count = len(tf.compat.v1.get_default_graph().as_graph_def().node)
""",
}
_REPORT = """
import json
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "count": count, "peak_mb": peak / 1024}))
"""


def write_meta_graph(path: Path, nodes: int) -> None:
    """Write a MetaGraph of a chain of layers: constants, products, sums, activations, below name scopes."""
    meta = MetaGraphDef()
    graph = meta.graph_def
    graph.versions.producer = 134
    graph.node.add(name="input", op="Placeholder").attr["dtype"].type = 1
    graph.node[0].attr["shape"].shape.dim.add(size=4)
    last = "input"
    for number in range((nodes - 1) // 4):
        scope = f"tower_{number % 7}/block_{number // 50}/layer_{number}"
        weight = graph.node.add(name=f"{scope}/weights", op="Const")
        weight.attr["dtype"].type = 1
        weight.attr["value"].tensor.dtype = 1
        weight.attr["value"].tensor.tensor_shape.dim.add(size=4)
        weight.attr["value"].tensor.tensor_content = b"\0" * 16
        for op, name, inputs in (
            ("Mul", f"{scope}/mul", [last, weight.name]),
            ("Add", f"{scope}/add", [f"{scope}/mul", weight.name]),
            ("Relu", f"{scope}/relu", [f"{scope}/add"]),
        ):
            node = graph.node.add(name=name, op=op)
            node.input.extend(inputs)
            node.attr["T"].type = 1
        last = f"{scope}/relu"
    path.write_bytes(meta.SerializeToString())


def _measure(side: str, path: Path) -> dict[str, float]:
    environment_quiet = "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\n"
    command = [sys.executable, "-c", environment_quiet + _SIDES[side] + _REPORT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def run(sizes: list[int], rounds: int) -> None:
    """Measure and print a table."""
    table = Table("nodes", "side", "seconds", "peak MB", "Coldpress is", title="Opening a graph (medians)")
    with tempfile.TemporaryDirectory() as folder:
        for nodes in sizes:
            path = Path(folder) / f"graph_{nodes}.meta"
            write_meta_graph(path, nodes)
            runs = [{side: _measure(side, path) for side in _SIDES} for _ in range(rounds)]
            for side in _SIDES:
                ratio = statistics.median(r["coldpress"]["seconds"] / r[side]["seconds"] for r in runs)
                table.add_row(
                    f"{nodes:,}",
                    side,
                    f"{statistics.median(r[side]['seconds'] for r in runs):.3f}",
                    f"{statistics.median(r[side]['peak_mb'] for r in runs):.0f}",
                    "" if side == "coldpress" else f"{ratio:.2f} x its time",
                )
    Console().print(table)


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 500_000])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    run(arguments.nodes, arguments.rounds)


if __name__ == "__main__":
    main()
