"""What the tests share: one thread, so that figures and lanes stay apart, a tiny pack and a bank, each written once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from avlink.export.pack import write_pack
from avlink.export.random_system import random_system
from avlink.recordings import COLUMNS

BANK_RATE = 48_000

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of `random_system("nano")`. Not to be changed: copy it."""
    out = tmp_path_factory.mktemp("packs") / "tiny"
    write_pack(random_system("nano"), out, name="tiny")
    return out


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of two classes of clicks, a course of three and a hum."""
    out: Path = tmp_path_factory.mktemp("bank")
    time = np.arange(BANK_RATE) / BANK_RATE
    click = np.exp(-time * 60) * np.sin(2 * np.pi * 900 * time)
    early = np.concatenate([np.zeros(240), click])[:BANK_RATE]
    course = np.zeros(3 * BANK_RATE)
    for at in (0.4, 1.2, 2.1):
        course[round(at * BANK_RATE) :][: len(click)] += click[: len(course) - round(at * BANK_RATE)]
    rows = [",".join(COLUMNS)]
    for sound, kind, wave in (
        ("dog", "one-shot", early),
        ("wood", "one-shot", early),
        ("dog", "sequence", course),
        ("rain", "bed", 0.2 * np.sin(2 * np.pi * 300 * time)),
    ):
        for take in range(2):
            name = f"{sound}-{kind}-{take}"
            soundfile.write(out / f"{name}.wav", wave * (0.5 + 0.3 * take), BANK_RATE)
            rows.append(f"{name},{name}.wav,{sound},{kind},{len(wave) / BANK_RATE},{BANK_RATE},here,{name},me,CC0-1.0,")
    (out / "index.csv").write_text("\n".join(rows) + "\n")
    return out
