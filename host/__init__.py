"""What a machine is: processor, memory, GPU, control groups, energy counters, and its load.

Standard library and `contract` only: every contender's environment imports this.
"""
