"""An environment works wherever it is copied or linked, and a plugin is built in any path."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from images import installation
from images.installation import make_relocatable
from images.layout import ENVIRONMENTS, IMAGES, LeftOutError

SCRIPT = "import sys\nprint(sys.executable, *sys.argv[1:], sep='|')\n"
SHEBANGS = {
    "plain": "#!/gone/bin/python3.12\n",
    "with spaces": "#!/bin/sh\n'''exec' \"/gone too/bin/python\" \"$0\" \"$@\"\n' '''\n",
}


def environment(folder: Path, shebang: str) -> Path:
    """Make an environment with one script, as pip writes it."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/bash\nexec -a "$0" "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    script = folder / "bin" / "tool"
    script.write_text(shebang + SCRIPT)
    script.chmod(0o755)
    (folder / "bin" / "activate").write_text("VIRTUAL_ENV=/gone")
    make_relocatable(folder)
    return script


def output(script: Path) -> list[str]:
    done = subprocess.run([script, "a b", "*"], capture_output=True, text=True, check=True)
    return done.stdout.strip().split("|")


@pytest.mark.parametrize("shebang", SHEBANGS.values(), ids=SHEBANGS)
def test_a_script_starts_the_python_beside_it(tmp_path: Path, shebang: str) -> None:
    script = environment(tmp_path / "Plumb line ü 日本", shebang)
    assert output(script) == [str(script.parent / "python"), "a b", "*"]


def test_a_script_of_a_copy_starts_the_copys_python(tmp_path: Path) -> None:
    first = environment(tmp_path / "first", SHEBANGS["plain"])
    shutil.copytree(tmp_path / "first", tmp_path / "copy", symlinks=True)
    shutil.rmtree(tmp_path / "first")
    script = tmp_path / "copy" / "bin" / first.name
    assert output(script)[0] == str(tmp_path / "copy" / "bin" / "python")


def test_a_script_of_a_linked_folder_starts_the_python_by_that_link(tmp_path: Path) -> None:
    environment(tmp_path / "first", SHEBANGS["plain"])
    (tmp_path / "link").symlink_to("first")
    script = tmp_path / "link" / "bin" / "tool"
    assert output(script)[0] == str(tmp_path / "link" / "bin" / "python")


def test_a_script_starts_its_python_without_what_would_lead_it_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "PYTHONSAFEPATH"]
    for name in names:
        monkeypatch.setenv(name, "/of/others")
    script = environment(tmp_path, SHEBANGS["plain"])
    told = f"import os\nprint([name for name in {names} if name in os.environ])\n"
    script.write_text(script.read_text().replace(SCRIPT, told))

    assert output(script) == ["[]"]


def test_a_script_whose_python_is_gone_says_what_to_do(tmp_path: Path) -> None:
    script = environment(tmp_path, SHEBANGS["plain"])
    python = script.parent / "python"
    python.unlink()

    done = subprocess.run([script], capture_output=True, text=True, check=False)

    told = f"error: there is no Python at {python} any more; remedy: make setup\n"
    assert (done.returncode, done.stderr) == (1, told)


@pytest.mark.parametrize("target", ["{}", "../first/bin/tool"])
def test_a_link_to_a_script_starts_the_python_beside_the_script(
    tmp_path: Path, target: str
) -> None:
    script = environment(tmp_path / "first", SHEBANGS["plain"])
    link = tmp_path / "elsewhere" / "tool"
    link.parent.mkdir()
    link.symlink_to(target.format(script))
    assert Path(output(link)[0]).resolve() == (script.parent / "python").resolve()


def test_no_script_that_names_the_first_place_is_left(tmp_path: Path) -> None:
    script = environment(tmp_path, SHEBANGS["plain"])
    assert not (script.parent / "activate").exists()
    assert "/gone" not in script.read_text()


def test_the_project_is_found_by_a_path_relative_to_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "ROOT", tmp_path)
    prefix = tmp_path / ".environments" / "plumbline"
    packages = prefix / "lib" / "python3.12" / "site-packages"
    for folder in (prefix / "bin", packages):
        folder.mkdir(parents=True)
    for name in ("__editable__.plumbline-0.1.0.pth", "__editable___plumbline_0_1_0_finder.py"):
        (packages / name).write_text(f"MAPPING = {{'contract': '{tmp_path}/contract'}}")

    make_relocatable(prefix)

    (only,) = packages.iterdir()
    assert only.name == "plumbline.pth"
    assert only.read_text() == "../../../../..\n"


@pytest.mark.environment
def test_a_clone_with_linked_environments_runs_its_own_code(tmp_path: Path) -> None:
    (tmp_path / ".environments").symlink_to(ENVIRONMENTS)
    package = tmp_path / "orchestrator"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("def main():\n    print('the clone itself')\n")
    command = tmp_path / ".environments" / "plumbline" / "bin" / "plumbline"

    done = subprocess.run([command], cwd="/", capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("the clone itself\n", "")


def test_a_plugin_is_installed_in_a_path_with_spaces(tmp_path: Path) -> None:
    source, prefix = tmp_path / "a b" / "ml_functions", tmp_path / "Plumb line ü 日本"
    (source / "build").mkdir(parents=True)
    for name in ("Makefile", "pinned_libvelox.toml"):
        shutil.copy(IMAGES / "velox" / "ml_functions" / name, source / name)
    (source / "build" / "libplumbline_ml.so").write_text("made")

    command = ["make", "-C", source, "install", f"PREFIX={prefix}", "PYTHON=python3"]
    subprocess.run(command, capture_output=True, check=True)

    assert (prefix / "lib" / "plumbline" / "libplumbline_ml.so").read_text() == "made"


def test_a_plugin_is_built_for_its_environment_whatever_make_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, prefix = tmp_path / "images" / "ml_functions", tmp_path / "a b"
    folder.mkdir(parents=True)
    prefix.mkdir()
    (folder / "build").mkdir()
    (folder / "Makefile").write_text('all:\n\t@echo "$$PYTHON" > "$$PREFIX/told"; ! ls build\n')
    monkeypatch.setattr(installation, "ROOT", tmp_path)
    monkeypatch.setenv("MAKEFLAGS", " -j4 -- PYTHON=/another/python")

    installation.build_plugin(folder, prefix)

    assert (prefix / "told").read_text() == f"{prefix}/bin/python\n"


def test_without_a_compiler_what_needs_one_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LeftOutError, match=r"cannot be compiled without make and g\+\+"):
        installation.check_compiler()


def test_without_ensurepip_uv_makes_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(installation, "find_spec", lambda _name: None)
    monkeypatch.setattr(installation, "run", lambda command, *_: commands.append(command))

    installation.make_venv(tmp_path)

    assert commands[0][:4] == ["uv", "venv", "--quiet", "--seed"]
