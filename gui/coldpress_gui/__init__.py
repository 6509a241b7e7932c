"""The Coldpress wizard: the only package that imports Qt."""
