"""`python -m orchestrator` is `plumbline`."""

from orchestrator.packages import needs_own_packages


def main() -> None:
    """Start the command line.

    It is imported only here: the processes that draw a report's figures import this module anew.
    """
    with needs_own_packages():
        from orchestrator.commands.cli import main as start

    start()


if __name__ == "__main__":
    main()
