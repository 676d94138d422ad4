"""A figure's layout drawn by matplotlib: what papers and slides need as files.

What is drawn, and where, is the layout's to say. Here every axis and every kind of mark is only
given its artists, so that a figure shows the same as it does in the report.
"""
