"""Takes the kit to a machine with a GPU, a CUDA PyTorch and no network; brings a run back."""
