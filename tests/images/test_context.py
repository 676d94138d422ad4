"""What goes into an image, and the digest that tells whether any of it changed."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images.context import context_files, main, runner_folders, source_sha256, staged
from images.layout import contenders, devices


@pytest.mark.parametrize("name", contenders())
def test_an_image_holds_its_contenders_and_no_others(name: str) -> None:
    places = context_files(name, "cpu")
    runners = {place.split("/")[2] for place in places if place.startswith("code/runners/")}
    own = {folder.name for folder in runner_folders(name)}
    assert runners == own | {"__init__.py", "harness"}


def test_keras_shares_the_image_of_tensorflow() -> None:
    assert {folder.name for folder in runner_folders("tensorflow")} == {"keras", "tensorflow"}


@pytest.mark.parametrize("name", contenders())
def test_an_image_holds_code_and_studies_but_no_data_sets_and_no_caches(name: str) -> None:
    places = context_files(name, "cpu")
    assert {"code/contract/job.py", "code/data/arrays.py", "code/data/datasets.toml"} <= set(places)
    assert any(place.startswith("code/studies/") for place in places)
    unwanted = ("__pycache__", "data/arrays/", "data/downloads/", "orchestrator/", "report/")
    assert [place for place in places if any(part in place for part in unwanted)] == []


def test_the_digest_follows_a_file_s_content_and_place_and_the_device(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1")
    before = source_sha256({"a.py": file}, "cpu")
    assert source_sha256({"b.py": file}, "cpu") != before
    assert source_sha256({"a.py": file}, "cuda") != before
    file.write_text("x = 2")
    assert source_sha256({"a.py": file}, "cpu") != before
    file.write_text("x = 1")
    assert source_sha256({"a.py": file}, "cpu") == before


def test_the_digests_of_all_images_of_a_device_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--device", "cuda"])

    listed = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert sorted(listed) == [name for name in contenders() if "cuda" in devices(name)]
    for name, digest in listed.items():
        assert digest == source_sha256(context_files(name, "cuda"), "cuda")


contents = st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=8), max_size=4)


@given(first=contents, second=contents)
def test_two_contexts_share_a_digest_only_if_they_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    def digest(files: dict[str, bytes]) -> str:
        folder = tmp_path_factory.mktemp("context")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return source_sha256({name: folder / name for name in sorted(files)}, "cpu")

    assert (digest(first) == digest(second)) == (first == second)


def test_a_staged_context_holds_the_files_at_their_places_and_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("images.context.WHEELHOUSE", tmp_path / "wheelhouse")
    wheels = tmp_path / "wheelhouse" / "some-wheels"
    wheels.mkdir(parents=True)
    (wheels / "one-1-py3-none-any.whl").write_text("wheel")
    (wheels / "lock.sha256").write_text("not for the image")
    (tmp_path / "job.py").write_text("code")

    with staged("some", {"code/contract/job.py": tmp_path / "job.py"}, wheels) as context:
        files = [path for path in context.rglob("*") if path.is_file()]
        places = {path.relative_to(context).as_posix() for path in files}
    assert places == {"code/contract/job.py", "wheels/one-1-py3-none-any.whl"}
    assert not context.exists()


def test_what_is_staged_under_a_strict_umask_can_be_read_by_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("images.context.WHEELHOUSE", tmp_path / "wheelhouse")
    (tmp_path / "job.py").write_text("code")
    files = {"code/contract/job.py": tmp_path / "job.py"}
    before = os.umask(0o077)
    try:
        with staged("some", files, tmp_path) as context:
            inside = [context, *context.rglob("*")]
            modes = {path.name: path.stat().st_mode & 0o777 for path in inside}
    finally:
        os.umask(before)

    folders = dict.fromkeys(("some", "code", "contract", "wheels"), 0o755)
    assert modes == folders | {"job.py": 0o644}
