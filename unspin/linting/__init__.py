"""A checkout and its settings: configuration, comments that ignore, a baseline, remembered results."""
