"""The contract's layers, losses and optimizers as calls of ML functions in Velox's SQL."""
