"""How programs put it when the memory that they ask for is refused, and how the kit puts it."""

from contract.memory_size import readable_size

_SIGNS = (
    "out of memory",
    "bad_alloc",
    "memoryerror",
    "cannot allocate memory",
    "can't allocate memory",
    "not enough memory",
    "unable to allocate",
    "failed to allocate",
    "failed to map segment",
    "memory allocation still failed",
    "memory allocation of",
    "memory pool cap",
    "oom when allocating",
    "resource_exhausted",
)
"""Of Python, NumPy, the C++ and C libraries, the dynamic linker, OpenBLAS, Rust, PyTorch, Velox and
TensorFlow."""
_OF_GPU = ("cuda", "device:gpu", "cublas", "cudnn")
REMEDY = "raise --memory, or whatever limit the cause names, or lower the study's batch_size"


def tells_of_shortage(text: str) -> bool:
    """Whether a message says that memory ran out."""
    lowered = text.lower()
    return any(sign in lowered for sign in _SIGNS)


def shortage_cause(said: str, limit_bytes: int) -> str:
    """Return the cause of a job's failure from what a program said of it.

    Args:
        said: A message that tells of a shortage; the first line that does is given.
        limit_bytes: Of the job's memory; it has nothing to do with a GPU's.
    """
    line = next(line.strip() for line in said.splitlines() if tells_of_shortage(line))
    if any(sign in line.lower() for sign in _OF_GPU):
        return f"out of memory on the GPU: {line}"
    return f"out of memory at the limit of {readable_size(limit_bytes)}: {line}"
