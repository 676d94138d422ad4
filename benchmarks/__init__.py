"""Measurements of the kit itself; nothing here is a test."""
