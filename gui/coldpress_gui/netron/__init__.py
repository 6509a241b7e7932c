"""Netron: its server in a process of its own, its picture in a closed view."""
