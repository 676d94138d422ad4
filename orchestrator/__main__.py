"""`python -m orchestrator` is `plumbline`."""

from orchestrator.commands.cli import main

if __name__ == "__main__":
    main()
