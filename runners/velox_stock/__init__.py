"""The unmodified Velox: the calls of `runners.velox`, each answered by stock expressions.

The front is the same: `NNBuilder` says which functions a network calls, on what, in which order.
There a library of ML functions answers the calls; here nothing is added to the engine, and each
call becomes one or two queries (`functions/`), run one after the other over shared buffers.

Where what is done:

- Velox computes: every sum, product, comparison, exponential and root, of the layers forward and
  backward, of the losses, and of the optimizers. A matrix product is a table of one row per element
  of the result, or per part of its sum, with a column for every term (`product`); sums over samples
  and images are aggregations.
- NumPy lays out: it copies, transposes and cuts arrays, puts zeros around images and ones beside
  them, and numbers the rows of tables. It computes no value.

A plan over values in memory has one driver: whatever number of threads is asked for, one computes.
"""
