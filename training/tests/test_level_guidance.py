"""The level of a sound that is being made follows the one read off its picture."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from avlink.directed import DIRECTING
from avlink.export.random_system import random_system
from avlink.grid import GRID
from avlink.level_guidance import LEVEL_GUIDANCE, level_guided

NO_HIT = -40.0


def noise(seed: int) -> torch.Tensor:
    return torch.randn(2, GRID.audio_latents, GRID.audio_channels, generator=torch.Generator().manual_seed(seed))


def reading(level: float) -> torch.Tensor:
    return torch.tensor([NO_HIT, level]).expand(2, GRID.audio_latents, 2).clone()


@pytest.mark.parametrize("t", [0.0, 0.25, 0.75])
def test_the_level_heads_for_part_of_the_way_to_the_reading(t: float) -> None:
    v, x = noise(1), noise(2)
    out = level_guided(v, x, t, reading(1.2), 1)
    target = LEVEL_GUIDANCE["silence"] + LEVEL_GUIDANCE["gain"] * F.softplus(
        torch.tensor(LEVEL_GUIDANCE["slope"] * (1.2 - LEVEL_GUIDANCE["middle"]))
    )
    before, after = (x[..., 0] + (1 - t) * made[..., 0] for made in (v, out))
    torch.testing.assert_close(after, before + LEVEL_GUIDANCE["share"] * (target - before), rtol=1e-4, atol=1e-4)
    assert torch.equal(out[..., 1:], v[..., 1:])


def test_a_hit_leaves_its_window_alone_unless_something_goes_on_beneath_it() -> None:
    v, x = noise(1), noise(2)
    for level, moves in ((-1.0, False), (1.0, True)):
        timing = reading(level)
        timing[0, 60, 0] = 40.0
        moved = (level_guided(v, x, 0.0, timing, 1) != v)[..., 0]
        assert not bool(moved[0, 60])
        assert moved[0, torch.arange(GRID.audio_latents) != 60].unique().tolist() == [moves]
        assert bool(moved[1].all())  # the window beside it has no hit


def test_a_tenth_of_the_time_may_be_quiet() -> None:
    v, x, count = noise(1), noise(2), GRID.audio_latents
    timing = reading(1.0)
    timing[:, 0, 0] = 40.0
    timing[0, : count // 10, 1] = -1.0
    timing[1, : count // 10 + 1, 1] = -1.0
    moved = (level_guided(v, x, 0.0, timing, 1) != v)[:, -1, 0]
    assert moved.tolist() == [True, False]


def test_a_timing_that_a_person_set_holds_where_no_hit_rings_and_its_silence_is_silent() -> None:
    v, x, t = noise(1), noise(2), 0.5
    timing = reading(DIRECTING.quiet)
    timing[..., 0] = -40.0
    timing[:, 60, 0] = 40.0
    timing[:, 100:, 1] = 1.0
    moved = level_guided(v, x, t, timing, 1, directed=True)
    heads_for = (x + (1 - t) * moved)[..., 0]
    silence = LEVEL_GUIDANCE["silence"] + LEVEL_GUIDANCE["gain"] * F.softplus(
        torch.tensor(LEVEL_GUIDANCE["slope"] * (DIRECTING.quiet - LEVEL_GUIDANCE["middle"]))
    )
    torch.testing.assert_close(heads_for[:, :60], silence.expand(heads_for[:, :60].shape), atol=1e-4, rtol=0)
    torch.testing.assert_close(heads_for[:, 85:100], silence.expand(heads_for[:, 85:100].shape), atol=1e-4, rtol=0)
    # What was hit rings as long as its material does, and gets no louder.
    ringing, rung = heads_for[:, 60:85], (x + (1 - t) * v)[:, 60:85, 0]
    torch.testing.assert_close(ringing, rung.cummin(1).values, atol=1e-4, rtol=0)
    # A level that was drawn is kept.
    drawn = LEVEL_GUIDANCE["silence"] + LEVEL_GUIDANCE["gain"] * F.softplus(
        torch.tensor(LEVEL_GUIDANCE["slope"] * (1.0 - LEVEL_GUIDANCE["middle"]))
    )
    torch.testing.assert_close(heads_for[:, 100:], drawn.expand(heads_for[:, 100:].shape), atol=1e-4, rtol=0)


def test_late_in_the_flow_the_level_stays() -> None:
    v, x = noise(1), noise(2)
    assert level_guided(v, x, float(LEVEL_GUIDANCE["until"]), reading(1.0), 1) is v


@torch.no_grad()
def test_sound_made_with_a_loud_reading_is_louder_than_with_a_quiet_one() -> None:
    system = random_system("nano").eval()
    given = torch.zeros(2, *GRID.video_shape)
    quiet, loud = (system.generate("v2a", given, timing=reading(level), steps=2)[..., 0] for level in (-1.5, 2.0))
    assert float((loud - quiet).mean()) > 3
