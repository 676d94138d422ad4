"""The parts of the benchmark: planted defects, control, sweep."""
