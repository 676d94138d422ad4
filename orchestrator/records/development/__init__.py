"""What it costs to work with a contender: size, time to install, lines written."""
