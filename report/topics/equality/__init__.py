"""Whether contenders compute the same."""
