"""Everything that can be asked of a worker, and what it answers. Plain data; arrays go by ``.npy`` files."""
