"""What this machine can do for a run, and the remedy for what it cannot."""
