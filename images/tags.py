"""What an image is called, and which source it was built from."""

from __future__ import annotations

from images.client import Client
from images.context import context_files, source_sha256

SOURCE_LABEL = "plumbline.source-sha256"
"""What an image was built from; the docker engine refuses one with another digest than today's."""
BASE_LABEL = "plumbline.base"
"""Content id of the base that an image was built on."""


def image_tag(name: str, device: str) -> str:
    """Return the tag of a contender's image."""
    return f"plumbline/{name}:{'latest' if device == 'cpu' else device}"


def holds_this_source(client: Client, name: str, device: str) -> bool:
    """Whether an engine has a contender's image, and of the source that is here."""
    wanted = source_sha256(context_files(name, device), device)
    return client.image_label(image_tag(name, device), SOURCE_LABEL) == wanted
