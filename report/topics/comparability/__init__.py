"""What the paper ran beside what this run ran, and what follows for comparing them."""
