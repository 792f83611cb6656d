"""A trained run as the start of another preset: everything known stays, everything new changes nothing at first."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from avlink.export.__main__ import random_system
from avlink.grid import GRID, MOTION_GRID
from avlink.ladder.widen import scale_channels, widen
from avlink.presets import PRESETS
from avlink.system import AVLink


def test_a_widened_system_does_what_the_narrow_one_did() -> None:
    torch.manual_seed(0)
    narrow = random_system("nano").requires_grad_(False)
    wide = (
        AVLink(replace(PRESETS["nano"], grid=MOTION_GRID, motion_blocks=(1, 1), aligned=True))
        .eval()
        .requires_grad_(False)
    )
    widen(narrow, wide)
    channels = narrow.grid.video_channels
    frames = torch.rand(1, 4, 3, 64, 64) * 2 - 1
    z = wide.video_encoder(frames)
    torch.testing.assert_close(z[..., :channels], narrow.video_encoder(frames))
    torch.testing.assert_close(wide.video_decoder.small(z), narrow.video_decoder.small(z[..., :channels]))
    grid, t, bag = wide.grid, torch.tensor([0.4]), torch.zeros(1, narrow.vocabulary)
    x_a = torch.randn(1, grid.audio_latents, grid.audio_channels)
    x_v = torch.randn(1, grid.video_latents, 8, 8, grid.video_channels)
    audio, video = wide.fused_velocity(x_a, t, x_v, t, bag)
    expected = narrow.fused_velocity(x_a, t, x_v[..., :channels], t, bag)
    torch.testing.assert_close(audio, expected[0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(video[..., :channels], expected[1], atol=1e-4, rtol=1e-4)
    assert not video[..., channels:].any()


def test_widening_refuses_another_depth_or_width() -> None:
    with pytest.raises(ValueError, match="width"):
        widen(AVLink(replace(PRESETS["nano"], width=16)), AVLink(PRESETS["nano"]))


def test_new_channels_are_scaled_and_the_others_left() -> None:
    wide = AVLink(replace(PRESETS["nano"], grid=MOTION_GRID)).eval().requires_grad_(False)
    scale_channels(wide, GRID.video_channels)
    for part in (wide.video_encoder, wide.video_decoder):
        assert not part.mean[: GRID.video_channels].any() and part.mean[GRID.video_channels :].all()
        assert (part.std[: GRID.video_channels] == 1).all() and (part.std[GRID.video_channels :] != 1).all()
