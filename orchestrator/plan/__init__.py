"""Which jobs a study takes, in which order, and what they cost."""
