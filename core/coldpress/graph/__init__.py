"""The GraphDef as an immutable index, and what can be asked of it."""
