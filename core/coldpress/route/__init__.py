"""The route of the wizard: which steps there are, how each stands, what a decision makes out of date.

Everything is a function of the recipe and of what was read, so that it is known, and tested, without a window. Nothing
of the engine is imported before it is asked for: the window stands before numpy and protobuf are there.
"""
