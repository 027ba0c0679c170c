"""The command line: each command a thin file, the options and inputs that they share, and how errors end."""
