"""The data sets: what they are, where they come from, and that they are what they should be.

`data.arrays`, `data.table`, `data.catalog`, `data.fit` and `data.status` need NumPy and pydantic
alone, so that runners may import them inside a contender's container. `data.fetch` downloads and
decodes, `data.add` takes in what a user declares; they need requests, filelock, Pillow and pyarrow
as well.
"""
