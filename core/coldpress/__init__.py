"""Coldpress, the engine: from a TensorFlow 1.x training checkpoint to a verified ``.tflite`` file.

Read the folders from the bottom up and you have read the pipeline: ``formats`` (files), ``graph`` (the GraphDef),
``eval_graph`` (train graph to eval graph), ``freeze``, ``worker`` (TensorFlow, in a process of its own), ``verify``,
``findings`` (what is wrong before anything runs), ``pipeline`` (the steps in order), ``cli``.
"""

__version__ = "0.1.0"
