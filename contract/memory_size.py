"""Sizes of memory in words."""


def readable_size(size_bytes: int) -> str:
    """Return a size as people write it: `1.5 GiB`, `300 MiB`."""
    if size_bytes >= 2**30:
        return f"{size_bytes / 2**30:.1f} GiB"
    return f"{size_bytes / 2**20:.0f} MiB"
