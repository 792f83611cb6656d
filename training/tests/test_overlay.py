"""Pictures under a still of another scene: half of those that may be, and what moves goes on moving as it did."""

from __future__ import annotations

import torch

from avlink.ladder.overlay import overlaid


def test_half_of_the_clips_lie_under_a_still_and_their_changes_stay() -> None:
    generator = torch.Generator().manual_seed(0)
    still = torch.randint(90, 160, (64, 1, 3, 16, 16), generator=generator)
    frames = (still + 6 * torch.arange(4)[None, :, None, None, None]).to(torch.uint8)
    may = torch.arange(64) < 48
    made = overlaid(frames, may, torch.Generator().manual_seed(1))
    stayed = (made == frames).flatten(1).all(1)
    assert stayed[~may].all() and 14 < (~stayed).sum() < 34
    assert made.shape == frames.shape and made.dtype == torch.uint8
    before, after = frames.to(torch.int16).diff(dim=1), made.to(torch.int16).diff(dim=1)
    torch.testing.assert_close(after, before)
    added = (made.to(torch.int16) - frames.to(torch.int16))[~stayed]
    assert added.flatten(1).float().std(1).min() > 0.5 and added.flatten(1).float().mean(1).abs().max() < 2
    torch.testing.assert_close(overlaid(frames, may, torch.Generator().manual_seed(1)), made)


def test_what_would_leave_the_range_of_a_byte_is_cut_off() -> None:
    frames = torch.zeros(8, 2, 3, 8, 8, dtype=torch.uint8)
    frames[:, :, :, :, 4:] = 255
    made = overlaid(frames, torch.ones(8, dtype=torch.bool), torch.Generator().manual_seed(3))
    far = (made.to(torch.int16) - frames.to(torch.int16)).abs()
    assert 0 < far.max() < 255
