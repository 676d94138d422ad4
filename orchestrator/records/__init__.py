"""What is recorded of the contenders beside their measurements."""
