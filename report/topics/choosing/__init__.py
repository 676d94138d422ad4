"""Which contender to choose for what."""
