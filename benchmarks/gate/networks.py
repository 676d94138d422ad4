"""Contenders that build other networks than they are asked for."""

from collections.abc import Callable
from functools import partial
from typing import Any

from contract.model import Model
from contract.training import Training

Build = Callable[..., Any]
"""A contender's method: it takes a model, a training and something more."""


def of_model(build: Build, change: Callable[[Model], Model]) -> Build:
    """Return what builds the network of a changed model."""
    return lambda contender, model, *rest: build(contender, change(model), *rest)


def of_training(build: Build, change: Callable[[Training], Training]) -> Build:
    """Return what builds the network for a changed training."""
    return lambda contender, model, training, *rest: build(
        contender, model, change(training), *rest
    )


def altered(build: Build, alter: Callable[[Any], None]) -> Build:
    """Return what builds the right network and alters it."""

    def changed(*arguments: Any) -> Any:
        network = build(*arguments)
        alter(network)
        return network

    return changed


def altered_methods(build: Build, names: tuple[str, ...], alter: Callable[..., Any]) -> Build:
    """Return what builds networks some of whose methods do something else.

    Args:
        build: The right one.
        names: Of the methods.
        alter: Is called in their place with the network, the method's name, the right method and
            its arguments.
    """

    def alter_all(network: Any) -> None:
        for name in names:
            vars(network)[name] = partial(alter, network, name, getattr(network, name))

    return altered(build, alter_all)
