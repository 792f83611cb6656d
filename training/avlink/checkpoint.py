"""Checkpoints: state dicts and counters as files, written whole or not at all."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from .errors import InputError


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write whole or not at all: a stopped run must leave the last good checkpoint behind."""
    partial = path.with_suffix(path.suffix + ".partial")
    torch.save(state, partial)
    partial.replace(path)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What `write_checkpoint` wrote, on the CPU. Raises InputError for a file that is none."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise InputError(f"{path} is not a checkpoint, or is incomplete") from error
    return state
