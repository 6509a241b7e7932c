"""What the window asks of a graph: scopes, search at every key, suggestions; and how each grows with the nodes.

CPU time of this process, so that other work on the machine counts little.

    python -m tests.benchmarks.bench_graph --nodes 10000 100000 500000
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from tests.core.graph.graphs import read, repeated

from coldpress.graph.endpoints import suggest
from coldpress.graph.graph import Graph
from coldpress.graph.inference import TensorTypes
from coldpress.graph.scopes import ScopeTree
from coldpress.graph.search import SearchIndex, SearchMode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MODEL = Path(__file__).resolve().parents[1] / "fixtures/digits_qat/train/model.ckpt-2400.meta"
_TYPED = "weights_quant"
_PATTERNS = (
    (SearchMode.GLOB, "*/weights/read"),
    (SearchMode.REGEX, r"conv.*fold$"),
    (SearchMode.REGEX, "(read|bias)$"),
)
_REPEATS = 5


def _cpu_ms(work: Callable[[], object], repeats: int = _REPEATS) -> float:
    """Return the best CPU time of a few runs in milliseconds."""
    best = float("inf")
    for _ in range(repeats):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best * 1000


def _large(nodes: int) -> Graph:
    """Return that many nodes: the train graph of the digits model over and over."""
    part = read(_MODEL)
    return Graph(repeated(part, -(-nodes // len(part))).nodes[:nodes], versions=part.versions)


def measure(nodes: int) -> dict[str, float]:
    """Return the milliseconds of each question for a graph of ``nodes`` nodes."""
    graph = _large(nodes)
    index = SearchIndex(graph)
    tree = ScopeTree(graph)
    keys = [_cpu_ms(partial(index.search, _TYPED[:size])) for size in range(1, len(_TYPED) + 1)]
    patterns = [_cpu_ms(partial(index.search, text, mode)) for mode, text in _PATTERNS]
    return {
        "sort the scopes": _cpu_ms(lambda: ScopeTree(graph), 3),
        "open the top": _cpu_ms(lambda: tree.children(tree.root)),
        "search, slowest key": max(keys),
        "search, slowest pattern": max(patterns),
        "dtypes and shapes": _cpu_ms(lambda: SearchIndex(graph).with_types(TensorTypes(graph)), 1),
        "suggest ends": _cpu_ms(lambda: suggest(graph), 1),
    }


def run(sizes: Sequence[int]) -> None:
    """Measure each size, and print milliseconds and the growth per node from the smallest to the largest."""
    results = {size: measure(size) for size in sizes}
    table = Table("ms of CPU", *(f"{size:,} nodes" for size in sizes), "growth per node")
    for question in results[sizes[0]]:
        times = [results[size][question] for size in sizes]
        growth = (times[-1] / sizes[-1]) / (times[0] / sizes[0])
        table.add_row(question, *(f"{value:,.1f}" for value in times), f"x {growth:.2f}")
    Console().print(table)


def main() -> None:
    """Read the sizes from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[10_000, 100_000, 500_000])
    run(parser.parse_args().nodes)


if __name__ == "__main__":
    main()
