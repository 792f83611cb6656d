"""Tells the frozen sound generator what was read off the picture about when its sound is to be heard.

A small adapter stands before every Fusion Block and adds to the audio tokens; generators and Fusion Blocks stay as they
are, so pictures, and sound whose picture nobody watched, are made as without it.
"""

from __future__ import annotations

from typing import cast

import torch.nn.functional as F
from torch import Tensor, nn

from .layers import TimeEmbedding
from .presets import Preset

REACH = 9  # audio latents whose timing a token sees


class TimingBlock(nn.Module):
    """What timing adds to the audio tokens at one depth and flow time; starts at zero."""

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        width, inner = preset.width, preset.timing_width
        self.emphasis, self.onset_bias = preset.emphasis, preset.onset_bias
        self.norm = nn.LayerNorm(width)
        self.of_tokens = nn.Linear(width, inner)
        self.of_timing = nn.Conv1d(2, inner, REACH, padding=REACH // 2)
        self.time = TimeEmbedding(inner)
        self.mix = nn.Linear(inner, inner)
        self.out = nn.Linear(inner, width)
        for parameter in self.out.parameters():
            nn.init.zeros_(parameter)

    def forward(self, h_a: Tensor, timing: Tensor, t_a: Tensor) -> Tensor:
        """h_a [B, Ta, W], timing [B, Ta, 2] (see SyncEncoder), t_a [B] -> h_a with what it is told added."""
        onset_bias, emphasis = (0.0, 1.0) if self.training else (self.onset_bias, self.emphasis)
        told = self.of_timing((timing + timing.new_tensor([onset_bias, 0.0])).transpose(1, 2)).transpose(1, 2)
        z = self.of_tokens(self.norm(h_a)) + told + self.time(t_a)[:, None]
        z = F.gelu(self.mix(F.gelu(z, approximate="tanh")), approximate="tanh")
        return h_a + emphasis * self.out(z)


class TimingAdapter(nn.Module):
    """The blocks before all segments of the sound generator."""

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(TimingBlock(preset) for _ in range(preset.segments))

    def before(self, segment: int) -> TimingBlock:
        return cast(TimingBlock, self.blocks[segment])
