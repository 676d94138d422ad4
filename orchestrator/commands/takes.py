"""How a command takes the options that a class declares."""

from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter, Signature
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

from orchestrator.commands.options import RunOptions

AnyOptions = TypeVar("AnyOptions", bound=RunOptions)


def takes(
    kind: type[AnyOptions], **fixed: Any
) -> Callable[[Callable[[AnyOptions], None]], Callable[..., None]]:
    """Make typer offer a command the fields of `kind` as options, except those that are fixed."""
    hints = get_type_hints(kind, include_extras=True)
    parameters = [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=hint)
        for field in fields(kind)
        if get_origin(hint := hints[field.name]) is Annotated and field.name not in fixed
    ]

    def decorate(command: Callable[[AnyOptions], None]) -> Callable[..., None]:
        def called(**given: Any) -> None:
            command(kind(**fixed, **given))

        called.__doc__ = command.__doc__
        called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        return called

    return decorate
