"""What the tests share: one thread, so that figures and lanes stay apart, and the tiny pack, written once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from avlink.export.pack import write_pack
from avlink.export.random_system import random_system

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of `random_system("nano")`. Not to be changed: copy it."""
    out = tmp_path_factory.mktemp("packs") / "tiny"
    write_pack(random_system("nano"), out, name="tiny")
    return out
