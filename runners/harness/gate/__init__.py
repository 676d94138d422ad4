"""The gate: whether a contender computes the same function as the reference."""
