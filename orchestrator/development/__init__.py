"""What it costs to work with a contender: its code, its environment, its image."""
