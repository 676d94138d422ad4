"""What can go wrong with data, told so that the user can act."""


class DataError(Exception):
    """A data set cannot be used, for a reason that the user can act upon."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


class AbsentError(DataError):
    """The data set was never fetched, or a file of it is gone."""


class SourceError(Exception):
    """One source did not give the data; the next one may."""


class UnavailableError(SourceError):
    """The source could not be reached, or does not have the file."""


class RefusedError(SourceError):
    """The source gave something else than the data."""


def cause_of(error: Exception) -> str:
    """Say what an error is: by its name where it has no words, as one of memory."""
    return str(error) or type(error).__name__


def require(item: str, quantity: str, found: object, expected: object) -> None:
    """Raise RefusedError where what was found of `item` is not what was expected."""
    if found != expected:
        raise RefusedError(f"{item}: {quantity} is {found}, expected {expected}")
