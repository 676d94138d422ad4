"""What own defaults make of a gap."""
