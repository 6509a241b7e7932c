"""The steps in order: read, eval graph, freeze, convert, check, verify. Events out, cancel in."""
