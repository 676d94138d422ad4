"""How programs put it when the memory that they ask for is refused."""

_SIGNS = (
    "out of memory",
    "bad_alloc",
    "memoryerror",
    "cannot allocate memory",
    "can't allocate memory",
    "failed to map segment",
    "memory allocation still failed",
    "memory allocation of",
    "oom when allocating",
)
"""Of Python, the C++ and the C library, the dynamic linker, OpenBLAS, Rust, PyTorch, TensorFlow."""


def tells_of_shortage(text: str) -> bool:
    """Whether a message says that memory ran out."""
    lowered = text.lower()
    return any(sign in lowered for sign in _SIGNS)
