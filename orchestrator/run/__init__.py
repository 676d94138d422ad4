"""The way of a job, from what it was given to its result in the store."""
