"""What the clock runs on, and how."""
