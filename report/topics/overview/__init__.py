"""Every contender against the best, by metric."""
