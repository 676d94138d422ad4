"""How often a study's statements are decided, rightly or wrongly, and in how many minutes."""
