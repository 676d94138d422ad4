"""A runner at its place in a block of turns: once it is built, frozen but for what is ordered."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from contract.base import Record
from contract.event import Event
from contract.job import JobSpec
from contract.names import ANSWERS_NAME, EVENTS_NAME, ORDERS_NAME
from contract.pipes import LinePipes, PipeError
from contract.turns import Turn, TurnOrder, TurnsReady
from contract.untrusted import UntrustedError, parse_record
from orchestrator.engines.launcher import Process
from orchestrator.errors import PlumblineError
from orchestrator.run.follow import Ending, EventTail, follow
from orchestrator.store.files import remove

_LOOK_SECONDS = 0.2
_PATIENCE_SECONDS = 30.0
_PATIENCE_FACTOR = 20
"""A turn may take so many times what the longest is expected to, and the seconds above, before it
counts as hung: a busy machine alone has made steps 40 times as long."""

_Answer = TypeVar("_Answer", bound=Record)


class PartEndedError(Exception):
    """A runner's part in a block is over; the message is the cause, "" where it ended by itself."""


class Participant:
    """A job that was started, and takes turns. The time in which it is frozen is not its own."""

    def __init__(
        self,
        job: JobSpec,
        folder: Path,
        process: Process,
        pipes: LinePipes,
        show: Callable[[Event], None],
    ) -> None:
        self.job = job
        self.folder = folder
        self._process = process
        self._pipes = pipes
        self._tail = EventTail(folder / EVENTS_NAME)
        self._show = show
        self._longest_seconds = 0.0
        self._awake_seconds = 0.0
        self._awake_since: float | None = time.monotonic()

    @property
    def awake_seconds(self) -> float:
        """How long it was not frozen."""
        since = self._awake_since
        return self._awake_seconds + (0.0 if since is None else time.monotonic() - since)

    def is_built(self) -> bool:
        """Look for a moment whether its network is built; freeze it then.

        Raises:
            PartEndedError: it never will be.
        """
        if self._look(TurnsReady) is not None:
            self._freeze()
            return True
        if self._left_seconds == 0:
            deadline_seconds = self.job.limits.timeout_seconds
            raise PartEndedError(f"its network was not built within {deadline_seconds:.0f} s")
        return False

    def prepare(self, order: TurnOrder) -> None:
        """Let it time its first calls and plan its turns; raise PartEndedError where it fails."""
        ready = self._obey(order, TurnsReady, self._left_seconds)
        self._longest_seconds = max(ready.turn_seconds.values(), default=0.0)

    def take(self, order: TurnOrder) -> Turn:
        """Let it take a turn; raise PartEndedError where it does not."""
        patience_seconds = _PATIENCE_SECONDS + _PATIENCE_FACTOR * self._longest_seconds
        turn = self._obey(order, Turn, min(patience_seconds, self._left_seconds))
        if (turn.round, turn.action) != (order.round, order.action):
            raise PartEndedError(f"it answered for another turn: {turn.action} of {turn.round}")
        return turn

    def show_events(self) -> None:
        """Show what it said meanwhile."""
        for event in self._tail.new():
            self._show(event)

    def finish(self, last: TurnOrder) -> Ending:
        """Let it write its result and end."""
        self._thaw()
        self._send(last)
        ending = follow(self._process, self._tail, self._left_seconds, self._show)
        if ending.exit_code is not None:
            return ending
        return Ending(None, f"exceeded its deadline of {self.job.limits.timeout_seconds:.0f} s")

    def end(self, cause: str) -> Ending:
        """Kill it for a cause; of one that ended by itself, see how."""
        exit_code = self._process.wait(0)
        if exit_code is None:
            self._process.kill()
        reason = self._process.close()
        return Ending(exit_code, cause or reason)

    def leave(self) -> None:
        """Take away what only a running block needs."""
        if self._awake_since is not None:
            self._awake_seconds, self._awake_since = self.awake_seconds, None
        self._pipes.close()
        for name in (ORDERS_NAME, ANSWERS_NAME):
            remove(self.folder / name)

    @property
    def _left_seconds(self) -> float:
        return max(self.job.limits.timeout_seconds - self.awake_seconds, 0.0)

    def _obey(self, order: TurnOrder, kind: type[_Answer], seconds: float) -> _Answer:
        """Thaw it for an order; return its answer when it is frozen again."""
        self._thaw()
        self._send(order)
        deadline = time.monotonic() + seconds
        while (answer := self._look(kind)) is None:
            if time.monotonic() > deadline:
                raise PartEndedError(f"it gave no answer within {seconds:.0f} s")
        self._freeze()
        return answer

    def _look(self, kind: type[_Answer]) -> _Answer | None:
        """Return its next answer; None where it gives none yet."""
        try:
            line = self._pipes.receive(_LOOK_SECONDS)
            if line is not None:
                return parse_record(line, kind)
        except (PipeError, UntrustedError) as error:
            raise PartEndedError(f"its answer is none: {error}") from error
        if self._process.wait(0) is not None:
            raise PartEndedError
        self.show_events()
        return None

    def _send(self, order: TurnOrder) -> None:
        try:
            self._pipes.send(order.model_dump_json())
        except PipeError as error:
            raise PartEndedError(f"it takes no orders: {error}") from error

    def _thaw(self) -> None:
        with _its_end("it could not be thawed"):
            self._process.thaw()
        self._awake_since = time.monotonic()

    def _freeze(self) -> None:
        with _its_end("it could not be frozen"):
            self._process.freeze()
        self._awake_seconds, self._awake_since = self.awake_seconds, None


@contextmanager
def _its_end(failed: str) -> Iterator[None]:
    try:
        yield
    except PlumblineError as error:
        raise PartEndedError(f"{failed}: {error.cause}") from error
    except OSError as error:  # its control group went with it
        raise PartEndedError(f"{failed}: {error}") from error
