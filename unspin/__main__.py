"""`python -m unspin`, and the command `unspin`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The entry point of the process. Ctrl-C ends it quietly also while it is being loaded."""
    try:
        from unspin.cli.main import main as run

        run()
    except KeyboardInterrupt:  # elsewhere than in a command, which sees to it itself
        print("\nunspin: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":  # worker processes import this module, too
    main()
