"""Plans the jobs of a study, runs them under pinned resources, and keeps their results."""
