"""``make bench``: every benchmark in one run."""

from __future__ import annotations

from tests.benchmarks import (
    bench_chain,
    bench_first_window,
    bench_freeze,
    bench_graph,
    bench_open,
    bench_random_networks,
    bench_rewrite,
)


def main() -> None:
    """Measure the chain, freezing, the opening of graphs, what the window asks of them, and the eval rewrite."""
    bench_chain.run(5)
    bench_freeze.run([10, 100, 500], 3)
    bench_open.run([1_000, 10_000, 100_000, 500_000], 3)
    bench_first_window.run(5)
    bench_graph.run([10_000, 100_000])
    bench_rewrite.run([5_000, 50_000])
    bench_random_networks.run(200)


if __name__ == "__main__":
    main()
