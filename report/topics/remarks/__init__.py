"""The text of a paper: what is wrong with it, and what of it is left out."""
