"""Checkpoints: state dicts and counters as files, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write whole or not at all: a stopped run must leave the last good checkpoint behind."""
    partial = path.with_suffix(path.suffix + ".partial")
    torch.save(state, partial)
    partial.replace(path)
