"""Which engine is chosen, and what is said of the choice."""

import pytest

from contract.result import Failure
from orchestrator.engines import select
from orchestrator.engines.select import select_engine
from orchestrator.errors import PlumblineError
from orchestrator.store.source import Source
from tests.contract.examples import contender_info
from tests.orchestrator.programs import ProgramLauncher

STALE_IMAGE = PlumblineError("the image is stale", "build it")
STALE_ENVIRONMENT = PlumblineError("the environment is stale", "make setup")


@pytest.fixture
def choose(tmp_path, monkeypatch):
    """Choose among engines that refuse what they are to run; None: they accept it."""

    def choose(choice, docker=None, local=None):
        monkeypatch.setattr(select.DockerLauncher, "connect", lambda *_: engine("docker", docker))
        monkeypatch.setattr(select, "LocalLauncher", lambda *_: engine("local", local))
        source = Source("1", None, None)
        return select_engine(choice, [contender_info()], ("cpu",), tmp_path, source, "0" * 32)[1]

    return choose


def engine(name, refusal):
    class Checked(ProgramLauncher):
        def check(self, contenders, device):
            if refusal is not None:
                raise refusal

    Checked.name = name
    return Checked()


@pytest.mark.parametrize("choice", ["docker", "local"])
def test_an_engine_that_was_asked_for_is_taken(choose, choice):
    record = choose(choice)

    assert (record.name, record.reason) == (choice, "asked for")


@pytest.mark.parametrize(
    ("choice", "refusal"), [("docker", STALE_IMAGE), ("local", STALE_ENVIRONMENT)]
)
def test_an_engine_that_was_asked_for_is_never_replaced(choose, choice, refusal):
    with pytest.raises(PlumblineError, match=refusal.cause):
        choose(choice, **{choice: refusal})


def test_left_to_choose_docker_is_taken_where_it_is_ready(choose):
    assert choose("auto").name == "docker"


def test_left_to_choose_stale_images_lead_to_the_local_engine_and_the_record_says_why(choose):
    record = choose("auto", docker=STALE_IMAGE)

    assert record.name == "local"
    assert record.reason == "docker is not available: the image is stale (build it)"


def test_where_no_engine_is_ready_both_reasons_and_both_remedies_are_told(choose):
    with pytest.raises(PlumblineError) as refused:
        choose("auto", docker=STALE_IMAGE, local=STALE_ENVIRONMENT)

    assert refused.value.cause.endswith("the image is stale; the environment is stale")
    assert refused.value.remedy == "build it; or make setup"


def test_a_contender_that_is_left_out_is_not_asked_for(tmp_path, monkeypatch):
    checked = []

    class Choosy(ProgramLauncher):
        def left_out(self, contenders):
            return {"velox": Failure(cause="no compiler", remedy="install one")}

        def check(self, contenders, device):
            checked.extend(info.name for info in contenders)

    monkeypatch.setattr(select, "LocalLauncher", lambda *_: Choosy())
    both = [contender_info(), contender_info(name="velox")]

    select_engine("local", both, ("cpu",), tmp_path, Source("1", None, None), "0" * 32)

    assert checked == ["pytorch"]


def test_every_device_is_checked_with_those_who_compute_on_it(tmp_path, monkeypatch):
    checked = []

    class Noting(ProgramLauncher):
        def check(self, contenders, device):
            checked.append((device, [info.name for info in contenders]))

    monkeypatch.setattr(select, "LocalLauncher", lambda *_: Noting())
    of_cpu = contender_info().abilities.model_copy(update={"devices": ("cpu",)})
    both = [contender_info(), contender_info(name="velox", abilities=of_cpu)]

    select_engine("local", both, ("cpu", "cuda"), tmp_path, Source("1", None, None), "0" * 32)

    assert checked == [("cpu", ["pytorch", "velox"]), ("cuda", ["pytorch"])]
