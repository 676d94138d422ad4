"""A plan is a list of jobs; its order is part of the measurement."""

from collections import Counter
from itertools import groupby

import pytest

from contract.job import Limits
from contract.profile_scale import ProfileScaleChange
from contract.study import load_study
from orchestrator.errors import PlumblineError
from orchestrator.plan.plan import FIRST_TURN_BLOCKS, plan_jobs, source_of
from orchestrator.plan.request import Request
from tests.contract.examples import STUDY_FILE

CONTENDERS = ("keras", "pytorch", "tensorflow", "velox")
LIMITS = Limits(cpus=(0, 1), threads=2, memory_bytes=2**30, timeout_seconds=1)
TASKS = ("verify", "train", "predict", "transfer", "mistakes")


def study(**changes):
    """Return a study of one workload, two of its three quick blocks published too."""
    loaded = load_study(STUDY_FILE)
    quick = loaded.profiles["quick"].model_copy(update={"repeats": 3, "published_repeats": 2})
    workload = loaded.workloads[0].model_copy(update={"tasks": TASKS} | changes)
    profiles = {**loaded.profiles, "quick": quick}
    return loaded.model_copy(update={"workloads": (workload,), "profiles": profiles})


def request(**changes):
    values = {
        "studies": (study(),),
        "profile": "quick",
        "contenders": CONTENDERS,
        "devices": ("cpu",),
        "seed": 0,
        "repeats": None,
        "protocols": ("matched", "published"),
    }
    return Request(**(values | changes))


def planned(tasks=TASKS, **changes):
    return plan_jobs(request(**changes), LIMITS, "/data", tasks)


def of_others(jobs):
    """Return the jobs on which no statement rests: in S2, predictions of Keras, PyTorch, Velox."""
    asked = {(name, "predict", "matched") for name in ("keras", "pytorch", "velox")}
    return [job for job in jobs if (job.contender, job.task, job.protocol) not in asked]


def of(jobs, **fields):
    return [job for job in jobs if all(getattr(job, name) == fields[name] for name in fields)]


def test_the_gate_comes_before_anything_that_is_timed():
    jobs = planned()

    assert [job.task for job in jobs[:4]] == ["verify"] * 4
    assert {job.protocol for job in jobs[:4]} == {"matched"}
    assert of(jobs[4:], task="verify") == []


def test_every_block_holds_one_repeat_of_every_contender():
    jobs = of(planned(repeats=5), task="train", protocol="matched")

    for repeat in range(1, 6):
        assert sorted(job.contender for job in of(jobs, repeat=repeat)) == sorted(CONTENDERS)
    assert [job.repeat for job in jobs] == sorted(job.repeat for job in jobs)


def test_the_first_blocks_run_both_protocols_shuffled_together():
    jobs = of(planned(profile="quick"), task="train")

    assert Counter((job.repeat, job.protocol) for job in jobs) == {
        (1, "matched"): 4,
        (1, "published"): 4,
        (2, "matched"): 4,
        (2, "published"): 4,
        (3, "matched"): 4,
    }
    first = [job.protocol for job in of(jobs, repeat=1)]
    assert first not in (sorted(first), sorted(first, reverse=True))


def test_fewer_repeats_take_published_blocks_away_and_more_add_none():
    def blocks(repeats):
        jobs = planned(repeats=repeats, profile="quick")
        return {job.repeat for job in of(jobs, protocol="published")}

    assert blocks(1) == {1}
    assert blocks(9) == {1, 2}


def test_a_protocol_that_is_not_asked_for_is_not_run():
    matched, published = planned(protocols=("matched",)), planned(protocols=("published",))

    assert {job.protocol for job in matched} == {"matched"}
    assert {(job.task, job.protocol) for job in published} == {
        ("verify", "matched"),
        ("train", "published"),
        ("predict", "published"),
    }


def test_what_is_done_once_follows_the_first_block():
    jobs = of_others(planned())
    places = {
        task: [place for place, job in enumerate(jobs) if job.task == task]
        for task in ("transfer", "mistakes")
    }

    assert all(len(found) == 4 for found in places.values())
    last_of_first = max(i for i, job in enumerate(jobs) if job.repeat == 1 and job.task == "train")
    first_of_second = min(i for i, job in enumerate(jobs) if job.repeat == 2)
    for place in (*places["transfer"], *places["mistakes"]):
        assert last_of_first < place < first_of_second
        assert (jobs[place].repeat, jobs[place].protocol) == (1, "matched")


def test_a_sweep_is_run_once_as_published_and_by_those_whom_the_study_compares():
    swept = study(tasks=("verify", "train", "sweep")).model_copy(
        update={"contenders": ("keras", "pytorch")}
    )

    jobs = of(planned(tasks=("verify", "train", "sweep"), studies=(swept,)), task="sweep")

    assert {(job.protocol, job.repeat) for job in jobs} == {("published", 1)}
    assert sorted(job.contender for job in jobs) == ["keras", "pytorch"]
    assert {job.epochs for job in jobs} == {swept.profiles["quick"].epochs}


def test_a_profile_may_sweep_fewer_epochs_than_it_trains():
    shorter = {"quick": ProfileScaleChange(sweep_epochs=1)}
    swept = study(tasks=("verify", "train", "sweep"), scales=shorter)

    jobs = planned(tasks=("verify", "train", "sweep"), studies=(swept,))

    assert {job.epochs for job in of(jobs, task="sweep")} == {1}
    assert {job.epochs for job in of(jobs, task="train")} == {swept.profiles["quick"].epochs}


def test_a_table_is_scored_in_every_matched_block_and_in_no_published_one():
    score = study(tasks=("verify", "score"), scales={"quick": ProfileScaleChange(rows=500)})

    jobs = of(planned(tasks=("verify", "score"), studies=(score,)), task="score")

    assert Counter((job.repeat, job.protocol) for job in jobs) == {
        (repeat, "matched"): 4 for repeat in (1, 2, 3)
    }
    assert {job.rows for job in jobs} == {500}


TURNS = ("verify", "train", "turns")


def taking_turns(blocks=4):
    """Return a study of two workloads that take turns, and train in three blocks."""
    first = study(tasks=TURNS).workloads[0]
    second = first.model_copy(update={"id": "mnist-other"})
    loaded = study()
    quick = loaded.profiles["quick"].model_copy(update={"turn_blocks": blocks, "turn_rounds": 8})
    profiles = {**loaded.profiles, "quick": quick}
    return loaded.model_copy(update={"workloads": (first, second), "profiles": profiles})


def test_the_contenders_of_a_workload_take_turns_together_in_blocks_of_their_own():
    jobs = planned(TURNS, studies=(taking_turns(),))
    turns = of(jobs, task="turns")

    assert {(job.protocol, job.turn_rounds) for job in turns} == {("matched", 8)}
    together = [(job.repeat, job.workload) for job in turns]
    assert [place for place, _ in groupby(together)] == list(dict.fromkeys(together))
    assert {job.repeat for job in turns} == {1, 2, 3, 4}
    assert {job.repeat for job in of(jobs, task="train")} == {1, 2, 3}


def test_on_two_devices_a_block_of_turns_is_of_one_and_comes_after_its_gates():
    jobs = planned(TURNS, studies=(taking_turns(),), devices=("cpu", "cuda"))
    first = [job for job in jobs if job.workload == "mnist-cnn" and job.task != "train"]

    parts = [part for part, _ in groupby((job.device, job.task, job.repeat) for job in first)]
    assert parts == [
        *(("cpu", "verify", 1), *(("cpu", "turns", repeat) for repeat in (1, 2, 3, 4))),
        *(("cuda", "verify", 1), *(("cuda", "turns", repeat) for repeat in (1, 2, 3, 4))),
    ]


def test_what_two_devices_do_alone_shares_its_blocks_and_seeds():
    jobs = of(planned(devices=("cpu", "cuda")), task="train", protocol="matched")

    for repeat in (1, 2, 3):
        block = of(jobs, repeat=repeat)
        assert Counter(job.device for job in block) == {"cpu": 4, "cuda": 4}
        assert len({job.seed for job in block}) == 1
    assert {job.job_id for job in of(jobs, device="cpu")} == {
        job.job_id for job in of(planned(), task="train", protocol="matched")
    }


def test_after_the_first_block_those_take_turns_on_whom_a_statement_rests():
    """S2 states something of the turns of Keras, PyTorch and Velox on its own network."""
    jobs = of(planned(TURNS, studies=(taking_turns(),)), task="turns", workload="mnist-cnn")

    assert Counter(job.contender for job in jobs) == {
        **dict.fromkeys(("keras", "pytorch", "velox"), 4),
        "tensorflow": 1,
    }
    assert of(jobs, contender="tensorflow")[0].repeat == 1


def test_where_no_statement_rests_on_turns_everybody_takes_all_of_them():
    jobs = of(planned(TURNS, studies=(taking_turns(),)), task="turns", workload="mnist-other")

    assert set(Counter(job.contender for job in jobs).values()) == {4}


def test_what_settles_most_comes_first():
    """Turns, then that on which statements rest; a block of the others; turns for what is open."""
    tasks = ("verify", "train", "predict", "turns")
    first, second = taking_turns(blocks=6).workloads
    both = tuple(one.model_copy(update={"tasks": tasks}) for one in (first, second))
    jobs = planned(tasks, studies=(taking_turns(blocks=6).model_copy(update={"workloads": both}),))

    parts = [part for part, _ in groupby((job.task, job.workload, job.repeat) for job in jobs)]
    turns = [("turns", "mnist-cnn", repeat) for repeat in range(1, 1 + FIRST_TURN_BLOCKS)]
    assert parts[: 1 + len(turns)] == [("verify", "mnist-cnn", 1), *turns]
    assert parts[1 + len(turns)] == ("verify", "mnist-other", 1)
    of_memory = [("predict", "mnist-cnn", repeat) for repeat in (1, 2, 3)]
    after = parts.index(of_memory[0])
    assert parts[after : after + 3] == of_memory
    later = [("turns", name, repeat) for repeat in (5, 6) for name in ("mnist-cnn", "mnist-other")]
    before_turns, after_turns = (
        {part[2] for part in found if part[0] in ("train", "predict")}
        for found in (
            parts[after + 3 : parts.index(later[0])],
            parts[parts.index(later[-1]) :],
        )
    )
    assert [part for part in parts if part in later] == later
    assert (before_turns, after_turns) == ({1}, {2, 3})


def test_those_whom_the_study_does_not_compare_take_part_in_fewer_blocks():
    loaded = study().model_copy(update={"contenders": ("keras", "pytorch")})
    quick = loaded.profiles["quick"].model_copy(update={"other_repeats": 1})
    profiles = {**loaded.profiles, "quick": quick}

    jobs = planned(studies=(loaded.model_copy(update={"profiles": profiles}),))

    matched = of(jobs, task="train", protocol="matched")
    assert Counter(job.contender for job in matched) == {
        **dict.fromkeys(("keras", "pytorch"), 3),
        **dict.fromkeys(("tensorflow", "velox"), 1),
    }


def test_who_asks_for_a_number_of_blocks_gets_them_of_everybody_who_takes_part():
    loaded = study().model_copy(update={"contenders": ("keras", "pytorch")})
    for other_repeats, expected in ((1, 5), (0, 0)):
        quick = loaded.profiles["quick"].model_copy(update={"other_repeats": other_repeats})
        changed = loaded.model_copy(update={"profiles": {**loaded.profiles, "quick": quick}})

        jobs = of(planned(studies=(changed,), repeats=5), task="train", protocol="matched")

        assert len(of(jobs, contender="velox")) == expected
        assert len(of(jobs, contender="keras")) == 5


def test_all_of_a_block_of_turns_have_its_seed_and_an_order_of_its_own():
    turns = of(planned(TURNS, studies=(taking_turns(),), seed=7), task="turns")

    assert {(job.repeat, job.seed) for job in turns} == {(1, 7), (2, 8), (3, 9), (4, 10)}
    orders = {
        tuple(job.contender for job in of(turns, repeat=repeat, workload="mnist-cnn"))
        for repeat in (1, 2, 3, 4)
    }
    assert len(orders) > 1


@pytest.mark.parametrize(
    ("blocks", "changes"),
    [(0, {}), (0, {"repeats": 5}), (4, {"protocols": ("published",)})],
    ids=["no blocks", "none, however many others", "published alone"],
)
def test_no_turns_are_taken_where_none_are_asked_for(blocks, changes):
    jobs = planned(TURNS, studies=(taking_turns(blocks),), **changes)

    assert of(jobs, task="turns") == []


def test_the_number_of_blocks_that_is_asked_for_is_that_of_turns_too():
    jobs = planned(TURNS, studies=(taking_turns(),), repeats=2)

    assert {job.repeat for job in of(jobs, task="turns")} == {1, 2}


def test_a_transfer_reads_the_weights_of_every_contender_of_its_workload():
    jobs = planned(contenders=("pytorch", "velox"))

    for transfer in of(jobs, task="transfer"):
        assert transfer.transfer_from == ("pytorch", "velox")
        for contender in transfer.transfer_from:
            assert source_of(transfer, contender) in [job.identity for job in jobs]


def test_the_order_within_blocks_varies_but_not_from_plan_to_plan():
    orders = {
        tuple(job.contender for job in of(planned(repeats=8), task="train", repeat=repeat))
        for repeat in range(1, 9)
    }

    assert len(orders) > 3
    assert planned(repeats=8) == planned(repeats=8)
    assert planned(repeats=8) != planned(repeats=8, seed=1)


def test_contenders_of_a_block_share_a_seed_and_blocks_do_not():
    seeds = {(job.repeat, job.seed) for job in planned(seed=10, repeats=3)}

    assert seeds == {(1, 10), (2, 11), (3, 12)}


def test_the_profile_decides_how_much_is_run():
    smoke, paper = planned(profile="smoke"), planned(profile="paper")

    assert {job.train_samples for job in smoke} == {2000}
    assert {job.train_samples for job in paper} == {None}
    assert {job.epochs for job in paper} == {12}
    assert max(job.repeat for job in paper) == 5


def test_a_workload_may_have_a_scale_and_a_deadline_of_its_own():
    own = {"quick": ProfileScaleChange(epochs=7, repeats=1, timeout_seconds=99)}

    jobs = planned(studies=(study(scales=own),))

    assert {(job.epochs, job.limits.timeout_seconds) for job in jobs} == {(7, 99)}
    assert {job.repeat for job in jobs} == {1}


def test_a_workload_runs_the_tasks_and_contenders_that_it_names():
    jobs = planned(studies=(study(tasks=("verify", "train"), contenders=("velox", "pytorch")),))

    assert {job.task for job in jobs} == {"verify", "train"}
    assert {job.contender for job in jobs} == {"velox", "pytorch"}


def test_a_workload_that_the_profile_omits_is_left_out_with_its_reason():
    other = (
        study()
        .workloads[0]
        .model_copy(
            update={
                "id": "costly",
                "scales": {"quick": ProfileScaleChange(omitted_because="takes days")},
            }
        )
    )
    both = study().model_copy(update={"workloads": (study().workloads[0], other)})

    asked = request(studies=(both,))

    assert {job.workload for job in plan_jobs(asked, LIMITS, "/data", TASKS)} == {"mnist-cnn"}
    assert [(found.workload, found.reason) for found in asked.omissions()] == [
        ("costly", "takes days")
    ]


def test_a_workload_whose_contenders_are_not_asked_for_is_left_out_with_its_reason():
    asked = request(studies=(study(contenders=("pytorch",)),), contenders=("velox",))

    assert "only for pytorch, which is not selected" in asked.omissions()[0].reason
    with pytest.raises(PlumblineError, match="nothing to run; mnist-cnn: only for pytorch"):
        plan_jobs(asked, LIMITS, "/data", TASKS)


def test_no_job_is_planned_twice():
    counts = Counter(job.job_id for job in planned(repeats=4))

    assert set(counts.values()) == {1}
