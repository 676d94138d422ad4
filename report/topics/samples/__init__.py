"""From a number to its samples, and from these to the results of jobs."""
