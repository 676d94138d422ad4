"""A contender is not asked for what exceeds its abilities, and the run says why."""

import json

import pytest

from contract.contender import Abilities, ContenderError, discover_contenders
from contract.layers import layer_kinds
from orchestrator.plan import abilities
from orchestrator.plan.abilities import exceeds_abilities, multiply_adds
from tests.contract.examples import contender_info, job

TRAINING = {"task": "train", "epochs": 2, "train_samples": 100, "test_samples": 50}


EVERY_KIND = tuple(layer_kinds())


def able(layers=EVERY_KIND, **limit):
    return {"pytorch": (contender_info(abilities=Abilities(layers=layers, **limit)), None)}


def test_a_training_goes_forward_and_back_and_evaluates_after_every_epoch():
    one = job().model.multiply_adds

    assert multiply_adds(job(**TRAINING)) == 2 * (3 * 100 + 50) * one
    assert multiply_adds(job(task="verify")) == 0


def test_a_sweep_trains_for_one_epoch_then_two_and_so_on():
    one = job().model.multiply_adds
    swept = job(**TRAINING | {"task": "sweep", "protocol": "published", "epochs": 4})

    assert multiply_adds(swept) == (1 + 2 + 3 + 4) * (3 * 100 + 50) * one


def test_where_a_job_does_not_limit_the_samples_the_data_set_does():
    whole = {**TRAINING, "train_samples": None, "test_samples": None}

    assert multiply_adds(job(**whole)) == 2 * (3 * 60_000 + 10_000) * job().model.multiply_adds


def test_a_transfer_evaluates_the_weights_of_every_source():
    transfer = job(task="transfer", transfer_from=("pytorch", "keras"), test_samples=50)

    assert multiply_adds(transfer) == 2 * 50 * transfer.model.multiply_adds


def test_a_score_predicts_every_row_in_every_scan():
    scoring = job(task="score", rows=500, predict_repeats=3)

    assert multiply_adds(scoring) == 4 * 500 * scoring.model.multiply_adds


def test_turns_take_at_least_one_call_of_each_action_in_a_round():
    turns = job(task="turns", turn_rounds=3)

    assert multiply_adds(turns) == 3 * (3 * 64 + 100 + 1) * turns.model.multiply_adds


def test_without_limits_nothing_exceeds_abilities():
    assert exceeds_abilities(able(), [job(), job(task="verify")]) == {}


def test_a_job_that_is_too_large_is_left_out_and_a_smaller_one_is_not():
    large, small = job(**TRAINING), job(**TRAINING, repeat=2, seed=1)
    limit = multiply_adds(large) - 1
    small = small.model_copy(update={"epochs": 1})

    found = exceeds_abilities(
        able(most_multiply_adds=limit, because="2e9 a second"), [large, small]
    )

    assert list(found) == [large.job_id]
    assert "2e9 a second" in found[large.job_id].cause
    assert "smaller profile" in found[large.job_id].remedy


def test_a_gate_is_left_out_with_all_that_is_compared_behind_it():
    gate, training, mistakes = job(task="verify"), job(**TRAINING), job(task="mistakes")
    prediction = job(task="predict", predict_samples=1, predict_repeats=1)
    limited = able(most_multiply_adds=multiply_adds(training) - 1, because="2e9 a second")

    assert set(exceeds_abilities(limited, [gate, training, mistakes])) == {
        gate.job_id,
        training.job_id,
    }
    assert set(exceeds_abilities(limited, [gate, training, prediction])) == {training.job_id}
    assert exceeds_abilities(limited, [gate]) == {}


def test_a_layer_that_is_missing_leaves_the_gate_out_too():
    found = exceeds_abilities(able(layers=("dense", "relu")), [job(task="verify")])

    (failure,) = found.values()
    assert (
        failure.cause
        == "exceeds the abilities of PyTorch: it has no conv2d and no flatten and no max_pool2d"
    )


@pytest.mark.parametrize(
    ("abilities", "complaint"),
    [
        ("", ":1: abilities: Field required"),
        ("[abilities]\nlayers = []", ":8: abilities.layers: Array should have at least 1 item"),
        (
            '[abilities]\nlayers = ["lstm"]',
            ":8: abilities.layers.0: .*; kinds are batch_norm",
        ),
    ],
)
def test_a_contender_has_to_name_layers_that_there_are(tmp_path, abilities, complaint):
    described = contender_info().model_dump_json(exclude={"abilities"}, exclude_defaults=True)
    lines = [f"{name} = {json.dumps(value)}" for name, value in json.loads(described).items()]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "contender.toml").write_text("\n".join([*lines, abilities]))

    with pytest.raises(ContenderError, match=complaint):
        discover_contenders(tmp_path)


@pytest.mark.parametrize("half", [{"most_multiply_adds": 1e9}, {"because": "slow"}])
def test_a_limit_needs_its_reason_and_a_reason_its_limit(half):
    with pytest.raises(ValueError, match="go together"):
        Abilities(layers=EVERY_KIND, **half)


def test_a_contender_of_another_processor_is_left_out_with_the_reason(monkeypatch):
    monkeypatch.setattr(abilities.platform, "machine", lambda: "aarch64")

    found = exceeds_abilities(able(machines=("x86_64",)), [job(), job(task="verify")])

    causes = {failure.cause for failure in found.values()}
    assert causes == {"PyTorch runs on x86_64 alone, and this machine is aarch64"}
    assert len(found) == 2


def test_a_contender_of_this_processor_and_others_is_not(monkeypatch):
    monkeypatch.setattr(abilities.platform, "machine", lambda: "aarch64")

    assert exceeds_abilities(able(machines=("x86_64", "aarch64")), [job()]) == {}


def test_what_is_on_a_device_that_a_contender_has_no_kernels_for_is_left_out():
    jobs = [
        job(task=task, device=device) for device in ("cpu", "cuda") for task in ("verify", "train")
    ]

    found = exceeds_abilities(able(devices=("cpu",)), jobs)

    assert set(found) == {job.job_id for job in jobs if job.device == "cuda"}
    (cause,) = {failure.cause for failure in found.values()}
    assert cause == "exceeds the abilities of PyTorch: it computes on cpu alone"
