"""Meters show what was done to be measured."""

import subprocess
import sys
import time

import numpy as np
import pytest

from runners.harness.instruments.memory_sampler import peak_memory_during
from runners.harness.instruments.meter import Reason
from runners.harness.measure.measure import confusion_matrix
from runners.harness.measure.stopwatch import Stopwatch


def test_a_sleeping_process_takes_wall_time_but_no_processor():
    watch = Stopwatch()
    with watch:
        time.sleep(0.2)

    assert watch.wall_seconds >= 0.2
    assert watch.cpu_seconds < 0.1


def test_a_working_process_takes_processor_time():
    watch = Stopwatch()
    with watch:
        deadline = time.process_time() + 0.2
        while time.process_time() < deadline:
            pass

    assert watch.cpu_seconds >= 0.18


def test_peak_memory_stays_when_the_memory_is_given_back():
    # In a process of its own: whatever ran before in this one has raised its peak already.
    program = """if True:
        import numpy
        from runners.harness.measure.stopwatch import peak_memory_bytes
        before = peak_memory_bytes()
        numpy.ones(40_000_000)
        print(peak_memory_bytes() - before)
    """

    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert int(finished.stdout) >= 250e6


def test_memory_is_seen_while_an_action_holds_it():
    def hold():
        block = np.ones(25_000_000)
        time.sleep(0.3)
        return block

    idle = peak_memory_during(lambda: time.sleep(0.1))

    assert peak_memory_during(hold) - idle >= 150e6


@pytest.mark.parametrize(
    ("python", "reason"),
    [
        ("/no/such/python", "could not be started: No such file or directory"),
        ("/bin/false", "ended with exit code 1"),
        ("/bin/echo", "the instrument failed: ValueError"),
    ],
    ids=["at the start", "in the middle", "at the end"],
)
def test_a_sampler_that_fails_is_the_reason_and_the_action_is_done(monkeypatch, python, reason):
    monkeypatch.setattr(sys, "executable", python)
    done = []

    found = peak_memory_during(lambda: done.append(True))

    assert isinstance(found, Reason)
    assert reason in found
    assert done == [True]


def test_confusion_counts_true_classes_in_rows():
    logits = np.array([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0]])

    counts = confusion_matrix(logits, np.array([0, 1, 1]))

    assert counts.tolist() == [[1, 0], [1, 1]]
