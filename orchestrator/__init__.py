"""Plans the jobs of a study, runs them under pinned resources, and keeps their results."""

# Ends the program, with a sentence, where Plumbline cannot work.
import images.preconditions  # noqa: F401
