"""The papers' tables, completed."""
