"""Reports of a run, to keep and to send: one HTML file that needs nothing else, or JSON."""
