"""The claims of the papers, judged."""
