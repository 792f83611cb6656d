"""Sounds for the vocoder: half stay, the others are louder and denser, and none passes the limit."""

from __future__ import annotations

import torch

from avlink.train.broaden import LIMIT, broadened, coloured


def test_half_of_the_sounds_stay_and_the_others_are_driven_further() -> None:
    torch.manual_seed(0)
    envelope = (torch.arange(16_384) % 4096 < 512).float() * 0.1
    samples = torch.randn(64, 16_384) * envelope
    wide = broadened(samples, torch.Generator().manual_seed(1))
    stayed = (wide == samples).all(1)
    assert 16 < stayed.sum() < 48
    assert wide.abs().max() <= LIMIT and wide.isfinite().all()
    levels = 20 * wide[~stayed].square().mean(1).sqrt().log10()
    # From far below what scenes have to near full scale.
    assert levels.min() < -35 and levels.max() > -8
    # Denser: the gaps between the bursts are no longer silent.
    assert (wide[~stayed][:, 2048:4096].abs().amax(1) > 0).all()
    again = broadened(samples, torch.Generator().manual_seed(1))
    torch.testing.assert_close(again, wide)


def test_an_equaliser_colours_but_moves_nothing_in_time() -> None:
    click = torch.zeros(4, 4096)
    click[:, 2000] = 1
    made = coloured(click, torch.Generator().manual_seed(2))
    assert (made.abs().argmax(1) == 2000).all()
    spectrum = 20 * torch.fft.rfft(made).abs().log10()
    assert spectrum.max() <= 12.1 and spectrum.min() >= -12.1 and spectrum.std(1).min() > 1
