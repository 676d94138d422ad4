"""What was asked of the jobs, and all that was measured."""
