"""What is wrong, or worth knowing, before anything runs: one rule a module or group, findings as data."""
