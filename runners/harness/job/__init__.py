"""One job from its command line to its result."""
