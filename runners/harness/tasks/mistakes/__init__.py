"""Mistakes that users make, and what contenders say to them."""
