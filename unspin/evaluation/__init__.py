"""Texts whose originals are known: what should be edited, what was, and the figures that follow."""
