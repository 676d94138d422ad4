"""A table of pictures, scored."""
