"""The same job with TensorFlow's own tools: TF 1.15's ``freeze_graph`` and ``toco``, and a script for today's."""
