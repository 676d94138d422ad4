"""Environments and container images of the contenders, both from the same hash-checked locks.

Everything here runs on a bare Python (standard library alone), so that it can set up the rest.
Importing it ends the program, with a sentence, where Plumbline cannot work.
"""

import sys

from images.preconditions import refusal

_refusal = refusal()
if _refusal is not None:
    sys.exit("error: " + _refusal)
