"""What a reader must know before quoting a number: a closed set of warnings."""
