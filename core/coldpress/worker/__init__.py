"""TensorFlow and the LiteRT interpreter, each in a process of its own that may crash, hang, or be killed.

``Worker`` (``supervisor``) is this side of the pipe, ``main`` the other; what they say to each other is the dataclasses
of ``requests``, as JSON lines (``protocol``). ``jobs`` wraps the requests for callers that hold arrays.
"""
