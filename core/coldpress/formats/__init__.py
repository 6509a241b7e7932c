"""Readers of the files that TensorFlow leaves behind, by content and without TensorFlow."""
