"""A run on the disk: its files, its journal, and what its results depend on."""
