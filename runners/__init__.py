"""One folder per contender, and the harness that measures them all alike."""
