"""Velox runs the plan; the layers are ML functions in C++ that a library registers in it."""
