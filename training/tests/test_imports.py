"""Who may import whom: no circle, and every import points downwards (the contracts stand in pyproject.toml)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[1]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"


def lint(folder: Path) -> tuple[int, str]:
    """Exit status and output of `lint-imports` in a folder with a package and its pyproject.toml."""
    done = subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_there_is_no_circle_and_no_import_upwards() -> None:
    status, output = lint(TRAINING)
    assert status == 0, output


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("grid.py", "from .presets import Preset", "No import circle"),
        ("export/pack.py", "from ..evaluate import tasks", "Imports point downwards"),
        ("flow.py", "from .scenes.common import FPS", "Imports point downwards"),
        ("sync.py", "from .scenes import render", "Networks know no scenes"),
        ("scenes/lens.py", "from . import FAMILIES", "Scenes: the package is above its modules"),
    ],
)
def test_an_import_for_type_checking_alone_breaks_a_contract(
    tmp_path: Path, module: str, line: str, broken: str
) -> None:
    shutil.copytree(TRAINING / "avlink", tmp_path / "avlink", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TRAINING / "pyproject.toml", tmp_path)
    if broken == "No import circle":
        with (tmp_path / "avlink/presets.py").open("a") as presets:
            presets.write("\nif TYPE_CHECKING:\n    from .grid import Grid\n")
    with (tmp_path / "avlink" / module).open("a") as changed:
        changed.write(f"\nif TYPE_CHECKING:\n    {line}\n")
    status, output = lint(tmp_path)
    assert status == 1
    assert f"{broken} BROKEN" in output
