"""Two runs side by side: what changed, how sure that is, and what changed in what made them."""
