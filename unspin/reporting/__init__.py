"""Findings as text and in the formats of other tools, each in its own file."""
