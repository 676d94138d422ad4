"""What every runner shares: weights, reference, gate, timing, meters, events.

No framework is imported here. A contender is found by its folder: `runners/<folder>/contender.toml`
describes it, `runners/<folder>/contender.py` defines `create()`.
"""
