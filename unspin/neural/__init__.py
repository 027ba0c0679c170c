"""A second opinion: a small neural model reads contested places in their context."""
