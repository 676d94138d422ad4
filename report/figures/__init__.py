"""Figures as SVG, drawn from the same records as the tables."""
