"""The statements of the papers, judged."""
