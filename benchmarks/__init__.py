"""Measurements of the kit itself; nothing here is a test."""

# Ends the program, with a sentence, where Plumbline cannot work.
import images.preconditions  # noqa: F401
