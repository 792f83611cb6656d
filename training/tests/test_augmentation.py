"""Augmented pictures: what may not be changed is not, what happens goes on happening, and the looks are others."""

from __future__ import annotations

import torch

from avlink.train.augmentation import (
    CONVOLVED,
    OVERLAID,
    SCALE,
    TRANSFORMED,
    augmented,
    random_affine,
    random_convolution,
    random_overlay,
)

EVERY = torch.ones(64, dtype=torch.bool)


def brightening(clips: int = 64, size: int = 16) -> torch.Tensor:
    """Stills that get brighter by 6 a frame, uint8 [clips, 4, 3, size, size]."""
    still = torch.randint(90, 160, (clips, 1, 3, size, size), generator=torch.Generator().manual_seed(0))
    return (still + 6 * torch.arange(4)[None, :, None, None, None]).to(torch.uint8)


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_half_of_the_clips_lie_under_a_still_and_their_changes_stay() -> None:
    frames = brightening()
    may = torch.arange(64) < 48
    made = frames.clone()
    random_overlay(made, may, seeded())
    stayed = (made == frames).flatten(1).all(1)
    assert stayed[~may].all() and 14 < (~stayed).sum() < 34
    before, after = frames.to(torch.int16).diff(dim=1), made.to(torch.int16).diff(dim=1)
    torch.testing.assert_close(after, before)
    added = (made.to(torch.int16) - frames.to(torch.int16))[~stayed]
    assert added.flatten(1).float().std(1).min() > 0.5 and added.flatten(1).float().mean(1).abs().max() < 2


def test_what_would_leave_the_range_of_a_byte_is_cut_off() -> None:
    frames = torch.zeros(8, 2, 3, 8, 8, dtype=torch.uint8)
    frames[:, :, :, :, 4:] = 255
    made = frames.clone()
    random_overlay(made, EVERY[:8], seeded(3))
    far = (made.to(torch.int16) - frames.to(torch.int16)).abs()
    assert 0 < far.max() < 255


def test_painted_clips_keep_brightness_and_contrast_but_not_their_colours() -> None:
    frames = torch.randint(60, 190, (64, 3, 3, 16, 16), dtype=torch.uint8, generator=seeded(0))
    made = frames.clone()
    random_convolution(made, EVERY, seeded())
    changed = (made != frames).flatten(1).any(1)
    assert abs(float(changed.float().mean()) - CONVOLVED) < 0.2
    before, after = (x[changed].float() for x in (frames, made))
    assert (after.mean((1, 2, 3, 4)) - before.mean((1, 2, 3, 4))).abs().max() < 3
    ratio = after.std((1, 3, 4)).square().mean(1).sqrt() / before.std((1, 3, 4)).square().mean(1).sqrt()
    assert ratio.min() > 0.8 and ratio.max() < 1.2
    assert (after - before).abs().flatten(1).mean(1).median() > 10
    still = frames[:, :1].expand(-1, 3, -1, -1, -1).clone()
    random_convolution(still, EVERY, seeded())
    assert torch.equal(still[:, 0], still[:, 2]), "a filter must not make anything move"


def test_another_frame_moves_the_picture_and_keeps_when_it_changes() -> None:
    dark = torch.full((64, 4, 3, 32, 32), 40, dtype=torch.uint8)
    dark[:, 2:, :, 12:20, 12:20] = 220  # appears in the third frame
    made = dark.clone()
    random_affine(made, EVERY, seeded())
    changed = (made != dark).flatten(1).any(1)
    assert abs(float(changed.float().mean()) - TRANSFORMED) < 0.2
    assert (made[:, :2] == 40).all() and (made[:, 2] == made[:, 3]).all()
    lit = (made[changed, 2, 0] > 130).flatten(1).sum(1)
    # 64 pixels, as near and as far as the scales allow.
    assert lit.min() > 0.5 * 64 / SCALE[1] ** 2 and lit.max() < 1.2 * 64 / SCALE[0] ** 2 and lit.float().std() > 5


def test_augmentation_is_the_same_for_the_same_seed_and_leaves_its_input_alone() -> None:
    frames = brightening()
    kept, may = frames.clone(), torch.arange(64) < 32
    made = augmented(frames, may, seeded())
    assert made.dtype == torch.uint8 and torch.equal(frames, kept)
    assert torch.equal(made, augmented(frames, may, seeded()))
    assert torch.equal(made[~may], frames[~may])
    plain = (made[may] == frames[may]).flatten(1).all(1).float().mean()
    assert abs(float(plain) - (1 - OVERLAID) * (1 - CONVOLVED) * (1 - TRANSFORMED)) < 0.2
