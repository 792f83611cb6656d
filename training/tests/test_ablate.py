"""Ablations: every arrangement does what its name says, and the command trains, measures and remembers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from avlink.evaluate import ablate
from avlink.export.graphs import system_graphs
from avlink.export.random_system import random_system
from avlink.presets import PRESETS
from avlink.system import AVLink, write_parts

NANO = PRESETS["nano"]


def inputs(system: AVLink) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    grid, generator = system.grid, torch.Generator().manual_seed(0)
    x_a = torch.randn(1, grid.audio_latents, grid.audio_channels, generator=generator)
    x_v = torch.randn(1, grid.video_latents, 8, 8, grid.video_channels, generator=generator)
    t = torch.tensor([0.5])
    return x_a, t, x_v, t, torch.zeros(1, system.vocabulary)


def test_a_block_stands_where_it_is_put() -> None:
    last = AVLink(replace(NANO, fusion_places=(3,)))
    assert len(last.fusion.blocks) == 1
    assert [last.fusion.before(segment) is not None for segment in range(4)] == [False, False, False, True]
    assert all(AVLink(NANO).fusion.before(segment) is not None for segment in range(4))
    with pytest.raises(ValueError, match="interleaved"):
        system_graphs(last)


def test_without_symmetric_reinjection_the_condition_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    system = random_system("nano").requires_grad_(False)
    system.fusion.symmetric = False
    x_a, t_a, x_v, t_v, bag = inputs(system)
    alone = system.video.features(x_v, t_v, system.video.words(bag))
    segment, tokens = system.video.segment, []

    def watched(index: int, h: torch.Tensor, cond: torch.Tensor) -> torch.Tensor:
        tokens.append(segment(index, h, cond))
        return tokens[-1]

    monkeypatch.setattr(system.video, "segment", watched)
    audio = system.fused_velocity(*inputs(system), "audio")["audio"]
    assert len(tokens) == len(alone)  # the condition's own velocity is nobody's business
    for mine, expected in zip(tokens, alone, strict=True):
        torch.testing.assert_close(mine, expected)
    assert not torch.allclose(audio, system.audio(x_a, t_a, bag))
    tokens.clear()
    system.fused_velocity(*inputs(system))
    assert not torch.allclose(tokens[0], alone[0])


@pytest.mark.parametrize("makes", ["audio", "video"])
def test_one_velocity_alone_is_that_of_both(makes: str) -> None:
    for places in ((), (1,)):
        system = random_system("nano").requires_grad_(False)
        if places:
            system.fusion = AVLink(replace(NANO, fusion_places=places)).fusion.requires_grad_(False)
        both = system.fused_velocity(*inputs(system))
        alone = system.fused_velocity(*inputs(system), makes)
        assert list(alone) == [makes]
        torch.testing.assert_close(alone[makes], both[makes])


@pytest.mark.long
def test_the_command_trains_measures_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "nano"
    write_parts(random_system("nano"), run)
    chosen = ["first block only", "without symmetric reinjection"]
    options = ["--steps", "1", "--batch", "4", "--clips", "16", "--sampler-steps", "1", "--device", "cpu"]
    arguments = ["ablate", "--folder", str(run), *options, "--only"]
    for names in (chosen[:1], chosen):
        monkeypatch.setattr(sys, "argv", [*arguments, *names])
        ablate.main()
        rows = json.loads((run / "ablation.json").read_text())
        assert list(rows) == names
    assert all(0 <= row["f1"] <= 1 and row["steps"] == 1 for row in rows.values())
    assert (run / "ablation.md").read_text().count("\n| ") == 2
    monkeypatch.setattr(ablate, "trained", lambda *_: pytest.fail("what is measured is not trained again"))
    ablate.main()
    monkeypatch.setattr(sys, "argv", [*arguments, "sideways"])
    with pytest.raises(SystemExit):
        ablate.main()
