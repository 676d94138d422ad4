"""TensorFlow with a loop of its own, and what the Keras contender shares with it.

`runtime` starts TensorFlow, `model` builds the network, `optimizers` makes its optimizer; none of
them knows a loop. `network` is the loop, one traced function per step.
"""
