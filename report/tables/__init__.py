"""Tables as data: every exporter writes the same ones."""
