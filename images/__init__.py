"""Environments and container images of the contenders, both from the same hash-checked locks.

Everything here runs on a bare Python (standard library alone), so that it can set up the rest.
"""
