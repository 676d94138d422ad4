"""Who comes first in what, by how much, as far as the tests can tell."""
