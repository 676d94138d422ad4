"""The parts of a section, each from one workload's scope."""
