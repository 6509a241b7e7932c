"""Widgets that know nothing of the wizard: they are given data and say what was done to them."""
