"""Tables scored by an engine."""
