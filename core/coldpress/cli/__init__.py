"""The command line: the same engine without a window. Its names and statuses are a contract (see README)."""
