"""What ends a job, explained so that the user can act."""


class RunnerError(Exception):
    """A job cannot go on, for a reason that the user can act upon."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
