"""A block is flagged where the machine changed beyond what the sentinel itself scatters."""

from hypothesis import given
from hypothesis import strategies as st

from contract.drift import DRIFT_PERCENT, STEAL_PERCENT, judge_blocks, readings_by_block
from contract.journal import HostLoad, JobEntry, SentinelReading, SetAside
from tests.contract.examples import MOMENT

STEADY = (0.99, 1.0, 1.0, 1.0, 1.01)


def reading(block, position, samples=STEADY, factor=1.0, steal=None):
    load = None
    if steal is not None:
        load = HostLoad(seconds=60, busy_percent=90, steal_percent=steal, load_average=2)
    return SentinelReading(
        block=block,
        position=position,
        started=MOMENT,
        samples_seconds=tuple(factor * sample for sample in samples),
        cost_seconds=1,
        cpus=(0, 1),
        threads=2,
        load_average=0.5,
        since_first=load,
    )


def judge(*readings):
    return {drift.block: drift for drift in judge_blocks(readings_by_block(readings))}


def block(number, first=1.0, last=1.0, **more):
    return reading(number, "first", factor=first), reading(number, "last", factor=last, **more)


def test_a_steady_block_is_not_flagged():
    (drift,) = judge(*block(1, last=1.04)).values()

    assert round(drift.within.percent, 6) == 4
    assert not drift.drifted


def test_a_block_in_which_the_machine_slowed_is_flagged_and_so_is_one_that_sped_up():
    found = judge(*block(1, last=1.08), *block(2), *block(3, first=1.08))

    assert [number for number, drift in found.items() if drift.within.drifted] == [1, 3]
    assert round(found[1].within.percent, 6) == round(found[3].within.percent, 6) == 8


def test_what_the_sentinel_scatters_is_no_drift():
    noisy = (0.9, 0.95, 1.0, 1.05, 1.1)
    drift = judge(reading(1, "first", noisy), reading(1, "last", noisy, factor=1.14))[1]

    assert drift.within.percent > DRIFT_PERCENT
    assert round(drift.within.spread_percent, 6) == 10
    assert not drift.drifted


def test_a_block_unlike_the_others_is_flagged_though_it_was_steady_itself():
    found = judge(*block(1), *block(2, 1.5, 1.5), *block(3, 1.02, 1.02))

    assert [number for number, drift in found.items() if drift.drifted] == [2]
    assert found[2].within.percent == 0
    # The middle block, against which the others are held, is the third.
    assert found[3].between is None


def test_of_two_blocks_the_slower_one_is_flagged():
    found = judge(*block(1, 1.5, 1.5), *block(2))

    assert [number for number, drift in found.items() if drift.drifted] == [1]


def test_time_that_a_hypervisor_took_flags_a_block():
    found = judge(*block(1, steal=STEAL_PERCENT + 1), *block(2, steal=STEAL_PERCENT - 1))

    assert [number for number, drift in found.items() if drift.drifted] == [1]


def test_a_block_that_was_interrupted_is_judged_by_all_its_readings():
    found = judge(reading(1, "first"), reading(1, "first", factor=1.3), reading(1, "last"))

    assert found[1].drifted


def test_without_a_last_reading_drift_is_unknown():
    found = judge(reading(1, "first"))

    assert found[1].within is None
    assert not found[1].drifted


def test_readings_that_were_set_aside_count_no_more():
    aside = SetAside(time=MOMENT, block=1, because="drift")
    job_aside = SetAside(time=MOMENT, block=1, job_id="s2.x", because="runner source changed")

    assert not judge(*block(1, last=2), aside, *block(1), job_aside)[1].drifted
    assert judge(*block(1, last=2), aside) == {}


def ran(name, block_number=1):
    return JobEntry(job_id=name, block=block_number, started=MOMENT, seconds=1, status="ok")


def replaced(name, block_number=1):
    return SetAside(time=MOMENT, block=block_number, job_id=name, because="runner source changed")


def test_readings_count_as_long_as_a_job_between_them_does():
    first, last = block(1, last=2)
    stretch = [first, ran("a"), ran("b"), last]
    again = [reading(1, "first"), ran("a"), reading(1, "last")]

    assert judge(*stretch, replaced("a"), *again)[1].drifted
    assert not judge(*stretch, replaced("a"), replaced("b"), *again, ran("b"))[1].drifted


def test_a_job_that_is_measured_again_at_once_keeps_the_readings_around_it():
    first, last = block(1, last=2)

    assert judge(first, ran("a"), replaced("a"), ran("a"), last)[1].drifted


def test_jobs_of_no_block_do_not_keep_the_readings_of_one():
    gate = JobEntry(job_id="gate", started=MOMENT, seconds=1, status="ok")
    interrupted = [reading(1, "first", factor=2), ran("a"), gate]

    assert not judge(*interrupted, replaced("a"), *block(1))[1].drifted


def test_no_readings_are_no_verdict():
    assert judge() == {}


@given(st.floats(1.0, 3.0), st.floats(1e-3, 10))
def test_a_verdict_is_the_same_in_any_unit_and_in_either_direction(factor, unit):
    forwards = judge(*block(1, unit, unit * factor))[1]
    backwards = judge(*block(1, unit * factor, unit))[1]

    assert abs(forwards.within.percent - backwards.within.percent) < 1e-6
    assert abs(forwards.within.percent - 100 * (factor - 1)) < 1e-6
