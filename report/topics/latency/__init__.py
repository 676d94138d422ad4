"""How long predictions take by batch size."""
