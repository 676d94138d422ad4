"""The contenders' workers, one at a time; one that dies is started anew for the next request."""

from types import TracebackType

from benchmarks.gate.messages import Answer, Request
from benchmarks.gate.worker_process import WorkerProcess
from contract.contender import ContenderInfo


class GateWorker:
    """A contender that is taken through the gate; use it in a `with` block."""

    def __init__(self, info: ContenderInfo, threads: int) -> None:
        self._info = info
        self._threads = threads
        self._process: WorkerProcess | None = None

    def __enter__(self) -> "GateWorker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.stop()

    def ask(self, request: Request) -> Answer:
        """Return what came of a request; where the process died of it, that."""
        if self._process is None:
            self._process = WorkerProcess(
                self._info,
                "benchmarks.gate.worker",
                str(self._threads),
                threads=self._threads,
            )
        try:
            return Answer.model_validate_json(self._process.ask(request.model_dump_json()))
        except RuntimeError as error:
            self._process = None
            return Answer(error=str(error), seconds=0.0)
