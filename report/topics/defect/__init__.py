"""A workload with a defect on purpose, beside the same one without."""
