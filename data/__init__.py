"""The data sets: what they are, where they come from, and that they are what they should be.

`data.arrays`, `data.table`, `data.catalog` and `data.status` need NumPy and pydantic alone, so that
runners may import them inside a contender's container. `data.fetch` downloads and decodes, and
needs requests, filelock and Pillow as well.
"""
