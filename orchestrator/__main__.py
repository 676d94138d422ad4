"""`python -m orchestrator` is `plumbline`."""

from orchestrator.cli import main

if __name__ == "__main__":
    main()
