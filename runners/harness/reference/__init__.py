"""The reference: the networks of the studies in NumPy."""
