"""The columns of the plans, by what they hold."""

INPUTS, TARGETS = "inputs", "targets"
"""The batch, and its classes or the numbers that a regression aims at."""
STEP = "step"
"""Number of the optimizer's step, from 1."""
SEED, DRAW = "seed", "draw"
"""What dropout draws its masks from: the job's seed, and how many passes have drawn, from 1."""
MEMORY, STORED = "memory", "stored"
"""Where the weights are and their updates go, and how many numbers were put there."""
OUTPUTS, LOSS, CORRECT = "outputs", "loss", "correct"
"""What plans put out: the last layer's values, the batch's mean loss, and how many of it are
classified right."""


def weight_column(name: str) -> str:
    """Return the column of a weight."""
    return f"weights_{_identifier(name)}"


def optimizer_column(name: str) -> str:
    """Return the column of what the optimizer remembers for a weight."""
    return f"optimizer_{_identifier(name)}"


def gradient_column(name: str) -> str:
    """Return the column of the gradient with respect to a weight."""
    return f"gradient_{_identifier(name)}"


def state_column(layer_name: str) -> str:
    """Return the column of all that a layer remembers beside its weights."""
    return f"state_{_identifier(layer_name)}"


def updated(column: str) -> str:
    """Return the column of a weight with what its optimizer remembers, or of a state, after a step.

    Args:
        column: that of the weight, or of the state, before it.
    """
    return f"updated_{column}"


def _identifier(name: str) -> str:
    """SQL has no dots or hyphens in its names; layers have no underscores in theirs."""
    return name.replace(".", "__").replace("-", "_")
