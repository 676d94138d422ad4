"""The machine, its software and the data."""
