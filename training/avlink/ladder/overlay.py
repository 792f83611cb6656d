"""Pictures beyond those of the scenes, for what reads them: other textures behind, and over, what happens.

What moves, and when, stays as it is; a still of another scene lies over it, as a reflection would. Networks that saw
the scenes alone took their textures for granted: on held-out textures, within the ranges of training, the readers'
error was .99 where it was .79 on new scenes of the old ones.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .broaden import uniform

SHARE = 0.5  # of the clips that may be changed
GAIN = (0.1, 0.7)  # of the still's contrast, either way
ZOOM = (0.25, 1.0)  # side of the part that fills the picture


def overlaid(frames: Tensor, may: Tensor, generator: torch.Generator) -> Tensor:
    """uint8 clips [B, T, 3, S, S] -> the same, SHARE of those that `may` (bool [B]) under a still of another clip."""
    batch, device = frames.shape[0], frames.device
    still = frames.roll(1, 0)[:, int(torch.randint(0, frames.shape[1], (1,), generator=generator))].float()
    side = uniform(generator, *ZOOM, batch)
    sign = torch.randint(0, 2, (3, batch), generator=generator).float() * 2 - 1
    centre = uniform(generator, -1, 1, batch, 2) * (1 - side)[:, None]
    theta = torch.zeros(batch, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = side * sign[0], side * sign[1]  # mirrored either way
    theta[:, :, 2] = centre
    grid = F.affine_grid(theta.to(device), [batch, 3, *frames.shape[3:]], align_corners=False)
    still = F.grid_sample(still, grid, padding_mode="reflection", align_corners=False)
    still = still - still.mean((1, 2, 3), keepdim=True)
    changed = (torch.rand(batch, generator=generator) < SHARE).to(device) & may
    gain = (uniform(generator, *GAIN, batch) * sign[2]).to(device)
    rows = changed.nonzero()[:, 0]
    made = frames.clone()
    pattern = (still * gain[:, None, None, None])[rows, None].round().to(torch.int16)
    made[rows] = (frames[rows].to(torch.int16) + pattern).clamp(0, 255).to(torch.uint8)
    return made
