"""Figures by matplotlib, for papers and slides."""
