"""The words that all rooms share: studies, jobs, events, results.

Nothing here imports another room. The models are pydantic; `python -m contract.export` writes their
JSON Schemas to `contract/schemas/`, which other languages and other tools may rely on.
"""
