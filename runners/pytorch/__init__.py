"""PyTorch, eager: the contract's layers as `torch.nn` modules, its optimizers as `torch.optim`."""
