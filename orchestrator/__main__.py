"""`python -m orchestrator` is `plumbline`."""

import sys

from orchestrator.errors import INTERRUPTED
from orchestrator.packages import needs_own_packages


def main() -> None:
    """Start the command line; say so where it is interrupted before a command has begun.

    It is imported only here: the processes that draw a report's figures import this module anew.
    """
    try:
        with needs_own_packages():
            from orchestrator.commands.cli import main as start

        start()
    except KeyboardInterrupt:
        print("error: interrupted\nremedy: run the command again", file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
