"""What a report is about: one folder a topic, with its numbers, tables, figures and part."""
