"""Paths → files → text → prose, and back: encodings, markup, records, what is protected, atomic writing."""
