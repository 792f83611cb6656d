"""When a picture says that something sounds, read off its pixels at their full rate.

Video latents hold a pair of frames in 8 x 8 cells: enough to know what there is, too little to see a small thing
touch another. A small network beside the generators therefore reads the timing of the sound off the pixels themselves,
and the timing adapter (timing.py) tells it to the sound generator.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .backbone import MotionBlock
from .grid import Grid
from .optical_flow import CELL, FEATURES, optical_flow
from .presets import Preset

CHANGE = 3.0  # gain of the changes between frames: they are small beside the frames themselves
DILATIONS = (1, 2, 4, 1)  # of the blocks over pairs of frames
FINE_DILATIONS = (1, 2)  # of those over audio latents


class TimeBlock(nn.Module):
    """Residual convolution over time; starts as the identity."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.add = nn.Linear(width, width)
        for parameter in self.add.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """x [B, T, W] -> the same shape."""
        y = self.mix(self.norm(x).transpose(1, 2)).transpose(1, 2)
        return x + self.add(F.gelu(y, approximate="tanh"))


class SyncEncoder(nn.Module):
    """Frames in -1..1 [B, T, 3, 64, 64], T even -> timing [B, 2 T, 2]: onset logit and level at every audio latent.

    The level is `level_target` (train/auxiliary_heads.py): log RMS, about zero mean and unit spread. A pair of frames
    stands beside its changes: within it, from the frame before and to the frame after. Convolutions over neighbouring
    places and moments follow, the mean and the strongest of every feature over all places, and convolutions over time.
    """

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        fine, coarse, width, narrow = preset.sync_channels
        self.narrow = narrow
        self.pair, self.per = grid.frames_per_latent, grid.audio_per_video_latent
        self.stem = nn.Conv2d(4 * 3, fine, 7, stride=CELL, padding=3)
        self.flow = nn.Conv2d(2 * FEATURES, fine, 3, padding=1)
        nn.init.zeros_(self.flow.weight)
        blocks_fine, blocks_coarse = preset.sync_blocks
        self.fine = nn.ModuleList(MotionBlock(fine) for _ in range(blocks_fine))
        self.down = nn.Conv2d(fine, coarse, 3, stride=2, padding=1)
        self.coarse = nn.ModuleList(MotionBlock(coarse) for _ in range(blocks_coarse))
        self.enter = nn.Linear(2 * coarse, width)
        self.times = nn.ModuleList(TimeBlock(width, dilation) for dilation in DILATIONS)
        self.spread = nn.Linear(width, self.per * narrow)
        self.last = nn.ModuleList(TimeBlock(narrow, dilation) for dilation in FINE_DILATIONS)
        self.head = nn.Linear(narrow, 2)

    def movement(self, frames: Tensor) -> Tensor:
        """Frames [B, T, 3, S, S] -> flow within every pair and to the next [B * T / 2, 2 * FEATURES, S / 4, S / 4]."""
        after = torch.cat([frames[:, 1:], frames[:, -1:]], dim=1)
        flow = optical_flow(frames.flatten(0, 1), after.flatten(0, 1))
        return flow.unflatten(0, (-1, self.pair)).flatten(1, 2)

    def moments(self, frames: Tensor) -> Tensor:
        """Frames [B, T, 3, S, S] -> features of every pair [B, T / 2, W]."""
        pairs = frames.unflatten(1, (-1, self.pair))
        batch, count = pairs.shape[:2]
        first, last = pairs[:, :, 0], pairs[:, :, -1]
        before = torch.cat([first[:, :1], last[:, :-1]], dim=1)
        after = torch.cat([first[:, 1:], last[:, -1:]], dim=1)
        # What a clip's colours are like on the whole says nothing about when.
        plain = first - first.mean((1, 3, 4), keepdim=True)
        seen = [plain, CHANGE * (first - before), CHANGE * (last - first), CHANGE * (after - last)]
        stem = self.stem(torch.cat(seen, dim=2).flatten(0, 1)) + self.flow(self.movement(frames))
        y = F.gelu(stem, approximate="tanh")
        for block in self.fine:
            y = block(y, count)
        y = F.gelu(self.down(y), approximate="tanh")
        for block in self.coarse:
            y = block(y, count)
        y = torch.cat([y.mean((2, 3)), y.amax((2, 3))], dim=-1).reshape(batch, count, -1)
        y = self.enter(y)
        for block in self.times:
            y = block(y)
        return y

    def timing(self, moments: Tensor) -> Tensor:
        """Features of pairs [B, T / 2, W] -> timing [B, 2 T, 2]."""
        y = self.spread(moments).reshape(moments.shape[0], -1, self.narrow)
        for block in self.last:
            y = block(y)
        return self.head(y)

    def forward(self, frames: Tensor) -> Tensor:
        """The clip and its mirror image sound at the same time: what is read is the mean of both."""
        both = torch.cat([frames, frames.flip(-1)])
        return self.timing(self.moments(both)).unflatten(0, (2, -1)).mean(0)
