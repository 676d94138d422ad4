"""A run as the report sees it: its files read, its samples per block, its comparisons."""
