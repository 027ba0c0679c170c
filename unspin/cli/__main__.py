"""`python -m unspin.cli`: the command line without an installed script."""

from __future__ import annotations

from unspin.cli.main import main

main()
