"""Paired measurements against TensorFlow's own tools: ratios taken in one run, never timed asserts."""
