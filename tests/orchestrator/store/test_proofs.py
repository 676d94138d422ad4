"""Proofs are kept by what they depend on; nothing else is ever taken for one."""

import multiprocessing

import pytest

from orchestrator.store.proofs import Proof, ProofStore
from tests.contract.examples import equivalence, job, trained_result, untimed_result

KEY = {"job": "1", "data": "2"}
GATE = job(task="verify")


def proof(key=KEY, error=1e-8):
    result = untimed_result(GATE.identity).model_copy(update={"equivalence": equivalence(error)})
    return Proof(key=key, run_id="20260101-000000-quick", result=result)


@pytest.fixture
def said():
    return []


def the_file(folder):
    (path,) = folder.glob("*.json")
    return path


@pytest.mark.parametrize("error", [1e-8, 1.0], ids=["passed", "not passed"])
def test_a_proof_is_found_under_its_key_whatever_it_says(tmp_path, said, error):
    ProofStore(tmp_path).keep(proof(error=error), said.append)

    assert ProofStore(tmp_path).read(KEY) == proof(error=error)
    assert ProofStore(tmp_path).read(KEY | {"data": "3"}) is None
    assert said == []


def test_a_proof_that_lies_at_the_place_of_another_is_none(tmp_path, said):
    store, other = ProofStore(tmp_path), KEY | {"data": "3"}
    store.keep(proof(other), said.append)
    path = the_file(tmp_path)
    store.keep(proof(), said.append)
    (the_other,) = set(tmp_path.glob("*.json")) - {path}

    path.replace(the_other)

    assert store.read(KEY) is None


def test_only_a_gate_that_finished_proves_anything():
    with pytest.raises(ValueError, match="not the result of a gate that finished"):
        Proof(key=KEY, run_id="run", result=trained_result())


@pytest.mark.parametrize("content", ["", "{", "{}", "null"])
def test_a_damaged_proof_is_none_and_is_put_aside_with_a_line(tmp_path, said, content):
    store = ProofStore(tmp_path)
    store.keep(proof(), said.append)
    path = the_file(tmp_path)
    path.write_text(content)
    assert store.read(KEY) is None

    store.keep(proof(), said.append)

    assert store.read(KEY) == proof()
    (line,) = said
    assert f"proof {path.name} cannot be read (" in line
    (kept,) = (tmp_path / "aside").iterdir()
    assert str(kept) in line
    assert kept.read_text() == content


def test_no_link_is_followed(tmp_path, said):
    store = ProofStore(tmp_path / "proofs")
    store.keep(proof(), said.append)
    path = the_file(tmp_path / "proofs")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    assert store.read(KEY) is None


def test_a_fresh_store_sees_what_it_was_given_and_nothing_earlier(tmp_path, said):
    ProofStore(tmp_path).keep(proof(), said.append)
    fresh = ProofStore(tmp_path, fresh=True)
    assert fresh.read(KEY) is None

    fresh.keep(proof(error=0.0), said.append)

    assert fresh.read(KEY) == proof(error=0.0)
    assert ProofStore(tmp_path).read(KEY) == proof(error=0.0)


def test_a_proof_that_cannot_be_kept_is_told_and_no_error(tmp_path, said):
    (tmp_path / "proofs").write_text("not a folder")

    ProofStore(tmp_path / "proofs").keep(proof(), said.append)

    (line,) = said
    assert f"the proof of {GATE.job_id} is not kept" in line


def _keep_many(folder, number):
    for _ in range(20):
        ProofStore(folder).keep(proof(error=number / 1e9), _refuse_to_say)


def _refuse_to_say(line):
    raise AssertionError(line)


def test_orchestrators_that_keep_the_same_proof_at_once_leave_a_whole_one(tmp_path):
    ProofStore(tmp_path).keep(proof(), _refuse_to_say)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep_many, args=(tmp_path, number)) for number in range(3)]
    for writer in writers:
        writer.start()

    while any(writer.is_alive() for writer in writers):
        assert ProofStore(tmp_path).read(KEY) is not None

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert list(tmp_path.glob(".*.part")) == []
