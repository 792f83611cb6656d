"""Checkpoints: state dicts and counters as files, written whole or not at all.

Some parts, stages and auxiliary heads had other names. Runs of before are read all the same, and the names of before
are known here alone.
"""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import torch

from .errors import InputError

EARLIER = {"tagger": "namer", "evaluator": "judge"}  # names of parts and stages
# Of keys in the state dict of an objective, as regular expressions, and what they are now.
EARLIER_KEYS = {
    r"^system\.namer\.": "system.tagger.",
    r"^(word_)?reader(s?)\.": r"\1head\2.",
    r"^read_(audio|video)\.": r"\1_head.",
    r"\.reader\.(weight|bias)$": r".head.\1",
}


def checkpoint_paths(run: Path, name: str, kind: str = "") -> list[Path]:
    """Where a part or, with the kind ".resume", a stage may lie in a run: the file of today and that of before."""
    return [run / f"{each}{kind}.pt" for each in (name, EARLIER.get(name)) if each]


def checkpoint_path(run: Path, name: str, kind: str = "") -> Path:
    """Where a part or a stage lies in a run; where it would, if it does not."""
    paths = checkpoint_paths(run, name, kind)
    return next((path for path in paths if path.exists()), paths[0])


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write whole or not at all: a stopped run must leave the last good checkpoint behind."""
    partial = path.with_suffix(path.suffix + ".partial")
    torch.save(state, partial)
    partial.replace(path)


def read_checkpoint(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """What `write_checkpoint` wrote, in the names of today. Raises InputError for a file that is none."""
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise InputError(f"{path} is not a checkpoint, or is incomplete") from error
    if "objective" in state:
        state["objective"] = {_current(key): value for key, value in state["objective"].items()}
    if "averages" in state:
        now = {before: name for name, before in EARLIER.items()}
        state["averages"] = {now.get(name, name): value for name, value in state["averages"].items()}
    return state


def _current(key: str) -> str:
    for before, now in EARLIER_KEYS.items():
        key = re.sub(before, now, key)
    return key
