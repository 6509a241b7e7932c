"""Train graph to eval graph: how long it takes, and how that grows with the nodes.

CPU time of this process, so that other work on the machine counts little. The graphs are the train graphs of the
fixtures, one copy behind the other, so that the outputs need every copy.

    python -m tests.benchmarks.bench_rewrite --nodes 5000 50000
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from coldpress.eval_graph.diagnose import diagnose
from coldpress.eval_graph.held_graph import NotHeld, held_graph
from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import NodeDef
from coldpress.graph.graph import Graph
from coldpress.graph.loading import graph_from
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_FLOAT = 1


class Model(NamedTuple):
    """A train graph with its input and output operations."""

    path: str
    cut: str
    output: str


MODELS = {
    "quantized, with batch norm corrections": Model(
        "digits_qat/train/model.ckpt-2400.meta", "input", "Net/Predictions/Reshape_1"
    ),
    "float, a tf.data iterator, averaged weights": Model(
        "digits_float/tfdata/train/model.ckpt-900.meta", "IteratorGetNext", "DigitsNet/Predictions/Reshape_1"
    ),
    "quantized, with a delay": Model("older/tf1.12.3/qat_delay/train/model.ckpt-600.meta", "input", "Net/probs"),
}


def chained(model: Model, nodes: int) -> tuple[Graph, EvalRequest]:
    """Return copies of a train graph, each reading the output of the one before, and what to ask of them."""
    part = graph_from(read_graph(_FIXTURES / model.path).parts)
    copies = -(-nodes // len(part))
    made = [node for number in range(copies) for node in _copy(part, model, number)]
    request = EvalRequest((TensorRef(f"c0/{model.cut}"),), (TensorRef(f"c{copies - 1}/{model.output}"),))
    return Graph(made, functions=part.functions.values(), versions=part.versions), request


def _copy(part: Graph, model: Model, number: int) -> Iterator[NodeDef]:
    for node in part:
        name = f"c{number}/{node.name}"
        if number and node.name == model.cut:
            link = NodeDef(name=name, op="Identity", input=[f"c{number - 1}/{model.output}"])
            link.attr["T"].type = _FLOAT
            yield link
            continue
        copy = NodeDef()
        copy.CopyFrom(node)
        copy.name = name
        del copy.input[:]
        copy.input.extend(f"^c{number}/{text[1:]}" if is_control(text) else f"c{number}/{text}" for text in node.input)
        yield copy


def measure(model: Model, nodes: int) -> tuple[int, float, float, float]:
    """Return the real number of nodes and the CPU seconds of diagnosis, rewrite and the train graph for the proof."""
    graph, request = chained(model, nodes)
    started = time.process_time()
    diagnose(graph)
    diagnosed = time.process_time()
    made = to_eval_graph(graph, request)
    finished = time.process_time()
    blocked = [finding.code for finding in made.findings if finding.blocks]
    if blocked:
        msg = f"the rewrite is blocked: {blocked}"
        raise RuntimeError(msg)
    held = held_graph(graph, request, made.stand_ins, lambda name: _zeros(graph, name))
    if isinstance(held, NotHeld):
        raise RuntimeError(held.code)
    return len(graph), diagnosed - started, finished - diagnosed, time.process_time() - finished


def _zeros(graph: Graph, variable: str) -> np.ndarray:
    return np.zeros([dim.size for dim in graph[variable].attr["shape"].shape.dim], np.float32)


def run(sizes: Sequence[int]) -> None:
    """Measure every model at every size and print seconds and the growth per node."""
    table = Table("seconds of CPU", *(f"{size:,} nodes" for size in sizes), "growth per node")
    for name, model in MODELS.items():
        results = [measure(model, size) for size in sizes]
        for row, label in ((1, "diagnose"), (2, "rewrite"), (3, "hold still")):
            times = [result[row] for result in results]
            growth = (times[-1] / results[-1][0]) / (times[0] / results[0][0])
            table.add_row(f"{label}: {name}", *(f"{value:.2f}" for value in times), f"x {growth:.2f}")
    Console().print(table)


def main() -> None:
    """Read the sizes from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[5_000, 50_000])
    run(parser.parse_args().nodes)


if __name__ == "__main__":
    main()
