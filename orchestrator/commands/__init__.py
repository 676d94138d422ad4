"""The commands of `plumbline`: what a user types, and what that calls."""
