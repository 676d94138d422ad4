"""TensorFlow with a loop of its own, and what the Keras contender shares with it.

`runtime` starts TensorFlow, `layers` and `model` build the network, `optimizers` makes its
optimizer; none of them knows a loop. `network` is the loop on batches that it is given, one traced
function per step, and the one that brings its own.
"""
