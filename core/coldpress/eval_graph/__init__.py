"""Train graph to eval graph, in place on the GraphDef, without the model's Python code."""
