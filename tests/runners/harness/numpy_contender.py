"""A contender in NumPy, for the harness's own tests: the reference, with defects on demand."""

from contract.model import Training
from runners.harness.contender import Contender
from runners.harness.reference import Reference


class NumpyContender(Contender):
    """Computes in float64 whatever is asked; `defect` changes how it trains."""

    precisions = ("float32",)
    unavailable = {"float64": "one is enough for these tests"}  # noqa: RUF012

    def __init__(self, defect=None, pools=None, error=None):
        self.defect = defect or (lambda network: network)
        self.pools = pools
        self.error = error

    def configure(self, device, threads, seed):
        if self.error:
            raise self.error
        self.threads = threads

    def thread_pools(self):
        return self.pools or {"numpy": self.threads}

    def build(self, model, training, weights, precision):
        return self.defect(Reference(model, training, weights))


class OtherOptimizer(NumpyContender):
    """Trains with other hyper-parameters than it was told."""

    def __init__(self, changes, precision):
        super().__init__()
        self.changes = changes
        self.precisions = (precision,)

    def build(self, model, training, weights, precision):
        values = training.model_dump()
        values["optimizer"] |= {
            name: value for name, value in self.changes.items() if name in values["optimizer"]
        }
        return super().build(model, Training.model_validate(values), weights, precision)
