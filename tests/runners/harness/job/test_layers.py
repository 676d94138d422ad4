"""Whoever writes a contender learns which layer differs first, and by how much."""

import pytest

from contract.event import PhaseEvent, parse_event
from contract.names import EVENTS_NAME
from runners.harness.errors import RunnerError
from runners.harness.job import layers as module
from runners.harness.job.layers import compare_layers
from tests.contract.examples import job
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.suite_models import DROPPING, FLATTEN, RESIDUAL, conv, network

TWINS = network((5, 5, 2), conv("first", 2, 3, padding=1), conv("second", 2, 3, padding=1), FLATTEN)


def wrong(name):
    """Return a defect: gradients with respect to one weight are half a percent too large."""

    def defect(network):
        right = network.gradients

        def gradients(inputs, targets):
            loss, found = right(inputs, targets)
            return loss, found | ({name: found[name] * 1.005} if name in found else {})

        network.gradients = gradients
        return network

    return defect


@pytest.fixture
def compare(monkeypatch, tmp_path, capsys):
    """Compare a contender's layers; return whether they agree, the events, and what was printed."""

    def compare(contender, model=RESIDUAL, *, quiet=False):
        monkeypatch.setattr(module, "create", lambda name: contender)
        agree = compare_layers(job(model=model), tmp_path / "out", quiet=quiet)
        lines = (tmp_path / "out" / EVENTS_NAME).read_bytes().splitlines()
        return agree, [parse_event(line) for line in lines], capsys.readouterr()

    return compare


def names_of(events):
    """Return the layers in the order in which they were looked at."""
    told = [event.message for event in events if isinstance(event, PhaseEvent)]
    return [line.split(": ")[0].split(maxsplit=1)[1] for line in told if "→" in line]


def test_layers_that_agree_are_counted_and_the_worst_is_told(compare):
    agree, events, printed = compare(NumpyContender())

    assert agree
    assert events[-1].message.startswith("all 16 layers agree; the worst: ")
    assert "(limit 1.0e-05" in events[-1].message
    assert "1/16 conv2d stem: 8×7×2 → 8×7×4" in printed.out


def test_every_layer_is_looked_at_under_its_own_name_those_like_earlier_ones_last(compare):
    _, events, _ = compare(NumpyContender(), TWINS)

    assert names_of(events) == ["conv2d first", "flatten after second", "conv2d second"]


def test_the_first_layer_that_differs_ends_it_with_distances_shapes_and_where_to_look(compare):
    agree, events, printed = compare(NumpyContender(wrong("mix.kernel")))

    assert not agree
    assert names_of(events)[-1] == "conv2d mix"
    assert printed.err == f"error: {events[-1].cause}\nremedy: {events[-1].remedy}\n"
    headline, shapes, weights, limit, worst, *others = events[-1].cause.splitlines()
    of = "gradient of conv2d mix with respect to"
    assert headline == f"conv2d mix differs from the float64 reference: {of} mix.kernel"
    assert shapes == "  shapes: 4×4×6 → 4×4×6"
    assert weights == "  weights: mix.kernel 3×3×6×6"
    assert limit.startswith("  distances, relative L2 (limit 1.0e-05")
    assert worst == f"    5.0e-03  {of} mix.kernel"
    assert {line.split("  ")[-1] for line in others} == {
        "outputs of conv2d mix",
        f"{of} its input",
    }
    assert events[-1].remedy == "compare with runners/harness/reference/layers/conv2d.py"


def test_a_layer_like_an_earlier_one_that_differs_by_its_name_is_found_too(compare):
    agree, events, _ = compare(NumpyContender(wrong("second.kernel")), TWINS)

    assert not agree
    assert names_of(events)[-1] == "conv2d second"


def test_a_layer_is_named_before_it_is_built(compare, tmp_path):
    def crash(network):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        compare(NumpyContender(crash))

    assert "conv2d stem" in (tmp_path / "out" / EVENTS_NAME).read_text()


def test_dropouts_are_left_out(compare):
    agree, events, _ = compare(NumpyContender(), DROPPING)

    assert agree
    assert names_of(events) == ["dense hidden", "dense logits"]


def test_quiet_prints_nothing_but_what_differs(compare):
    _, _, agreed = compare(NumpyContender(), quiet=True)
    _, _, differed = compare(NumpyContender(wrong("stem.kernel")), quiet=True)

    assert agreed.out == differed.out == agreed.err == ""
    assert differed.err.startswith("error: conv2d stem differs")


def test_a_contender_that_cannot_be_used_is_refused_as_anywhere(compare):
    with pytest.raises(RunnerError, match="no torch"):
        compare(NumpyContender(error=RunnerError("no torch", "install it")))


def test_nothing_is_compiled_for_layers_that_are_called_once(compare):
    contender = NumpyContender()
    called = []
    contender.interpret = lambda: called.append("interpret")
    build = contender.build
    contender.build = lambda *args: called.append("build") or build(*args)

    compare(contender, TWINS)

    assert called[:2] == ["interpret", "build"]
    assert called.count("interpret") == 1
