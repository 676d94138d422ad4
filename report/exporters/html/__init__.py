"""The page: templates, styles, script."""
