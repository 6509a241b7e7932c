"""Freeze: graph + checkpoint -> one GraphDef whose variables are constants, streamed, nothing executed.

``savers`` and ``variables`` say which node is saved under which key, ``match`` compares them with a checkpoint,
``readers`` turns what read a variable into what reads a constant, ``plan`` says what becomes of every node, and
``freezer`` writes it.
"""
