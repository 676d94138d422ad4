"""Runs ask the engine that the builds ask, and say which it is."""

import json
from hashlib import sha256

import pytest

from images.engine import find_engine
from orchestrator.engines.docker.engine import answering_engine
from orchestrator.engines.leftovers import end_containers
from orchestrator.errors import PlumblineError
from tests.images.engines import PODMAN, answering


@pytest.fixture
def use_context(tmp_path, monkeypatch):
    """Choose an endpoint as `docker context use` does."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    def use_context(url):
        meta = tmp_path / "contexts" / "meta" / sha256(b"mine").hexdigest() / "meta.json"
        meta.parent.mkdir(parents=True)
        meta.write_text(json.dumps({"Endpoints": {"docker": {"Host": url}}}))
        (tmp_path / "config.json").write_text('{"currentContext": "mine"}')

    return use_context


def test_the_context_in_use_is_where_images_are_built_and_jobs_run(use_context, tmp_path):
    with answering(tmp_path / "engine.sock") as url:
        use_context(url)

        assert find_engine().url == answering_engine().url == url


def test_an_engine_is_named_with_make_version_rights_and_who_chose_it(use_context, tmp_path):
    with answering(tmp_path / "engine.sock", PODMAN, {"Rootless": True}) as url:
        use_context(url)
        engine = answering_engine()

    assert engine.release == "Podman 5.4.0, rootless"
    assert engine.description == (
        f"Podman 5.4.0, rootless, on this machine at {url} (by docker context mine)"
    )


def test_a_remote_engine_is_refused_with_the_reason_and_the_remedy_apart(use_context):
    use_context("ssh://gpu7")

    with pytest.raises(PlumblineError) as refused:
        answering_engine()

    assert "ssh://gpu7 (docker context mine) is on another machine" in refused.value.cause
    assert refused.value.remedy.startswith("choose this machine's with")


def test_where_no_engine_answers_there_are_no_leftovers_either(use_context):
    use_context("unix:///nowhere/docker.sock")

    assert end_containers("0" * 32) == 0
