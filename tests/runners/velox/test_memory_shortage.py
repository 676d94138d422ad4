"""Short of memory, a function is refused by name, and its process lives on."""

import json
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.environment

CALLS = {
    "ml_conv2d_gradient_bias(e, most)": "output_gradient of 0 elements, filters = 2147483647",
    "ml_dense_gradient_kernel(e, e, most, 1)": "inputs of 0 elements, .* features = 2147483647",
    "ml_batch_norm_gradient_beta(e, most)": "output_gradient of 0 elements, channels = 2147483647",
    "ml_global_avg_pool2d_gradient(x, 40000, 40000, 1)": "output_gradient of 1 elements, height =",
    "ml_conv2d(x, x, x, 1, 1, 1, 1, 1, 30000, 30000, 0, 0)": "images of 1 elements, kernel of 1",
}
"""Each asks for more than a gigabyte; and what its error tells."""

SCRIPT = """
import json, resource, sys
import numpy as np
from runners.velox.contender import create

contender = create()
contender.configure("cpu", 2, seed=0)
from runners.velox.plan import reason_of
from tests.runners.velox.engine import evaluate

x, e = np.ones(1, np.float32), np.ones(0, np.float32)
evaluate("ml_relu(x)", x=x)
(pages, *_) = open("/proc/self/statm").read().split()
limit = int(pages) * resource.getpagesize() + 2**30
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
reasons = {}
for call in json.load(sys.stdin):
    try:
        reasons[call] = repr(evaluate(call, x=x, e=e, most=2**31 - 1))
    except RuntimeError as error:
        reasons[call] = reason_of(error)
print(json.dumps([reasons, evaluate("ml_add(x, x)", x=x).tolist()]))
"""


def test_what_needs_too_much_memory_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(list(CALLS)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    reasons, lives_on = json.loads(ended.stdout)
    assert lives_on == [2.0]
    for call, told in CALLS.items():
        function = call.partition("(")[0]
        assert re.match(f"{function}: .*; called with {told}", reasons[call])
