"""Is the result good? Numbers in, numbers out: metrics, limits, layers, report."""
