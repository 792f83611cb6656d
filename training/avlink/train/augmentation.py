"""Augmentation: other textures, colours, sizes and shapes than those of the scenes, for what reads pictures.

What happens, and when, stays as it is; how it looks does not. Networks that saw the scenes alone took their textures
for granted: on held-out textures, within the ranges of training, the heads' error was .99 where it was .79 on new
scenes of the old ones.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .broaden import uniform

OVERLAID = 0.5  # share of the clips that may be changed that get a still on top
GAIN = (0.1, 0.7)  # of the still's contrast, either way
ZOOM = (0.25, 1.0)  # side of the part of the still that fills the picture

CONVOLVED = 0.4  # share of the clips that a random filter changes
FILTERS = (1, 1, 3, 3, 5)  # their sides in pixels

TRANSFORMED = 0.4  # share of the clips that an affine transform changes
SCALE = (0.5, 1.3)  # side of what is seen, of the picture's
ASPECT = 1.9  # most that one side is stretched against the other: wide and tall videos are squeezed into a square
TURN = 0.25  # radians, either way


def augmented(frames: Tensor, may: Tensor, generator: torch.Generator) -> Tensor:
    """uint8 clips [B, T, 3, S, S] -> the same, those that `may` (bool [B]) augmented at random."""
    made = frames.clone()
    for change in (random_affine, random_convolution, random_overlay):
        change(made, may, generator)
    return made


def chosen(may: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Indices of a random share of those that may."""
    return (may & (torch.rand(may.shape[0], generator=generator) < share).to(may.device)).nonzero()[:, 0]


def random_overlay(frames: Tensor, may: Tensor, generator: torch.Generator) -> None:
    """Lay a still of another clip over some, as a reflection would lie there; in place."""
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
    gain = (uniform(generator, *GAIN, batch) * sign[2]).to(device)
    rows = chosen(may, OVERLAID, generator)
    pattern = (still * gain[:, None, None, None])[rows, None].round().to(torch.int16)
    frames[rows] = (frames[rows].to(torch.int16) + pattern).clamp(0, 255).to(torch.uint8)


def random_convolution(frames: Tensor, may: Tensor, generator: torch.Generator) -> None:
    """Mix some clips with what a random linear filter makes of them; in place.

    Shapes and movement outlive it, colours, edges and textures do not (random convolutions, Xu et al., arXiv
    2007.13003). Brightness and contrast stay as they were on the whole.
    """
    for row in chosen(may, CONVOLVED, generator).tolist():
        clip = frames[row].float()
        side = FILTERS[int(torch.randint(0, len(FILTERS), (1,), generator=generator))]
        weight = torch.randn(3, 3, side, side, generator=generator).to(clip.device)
        share = float(torch.rand(1, generator=generator))
        spread, mean = torch.std_mean(clip, (0, 2, 3), keepdim=True)
        centred = clip - mean
        painted = F.conv2d(F.pad(centred, [side // 2] * 4, mode="replicate"), weight)
        painted = painted - painted.mean((0, 2, 3), keepdim=True)
        # One gain for the three colours, or the filter could not make a picture grey.
        level = spread.square().mean().sqrt()
        mixed = torch.lerp(centred, painted * (level / painted.square().mean().sqrt().clamp(min=1e-3)), share)
        mixed = mixed * (level / mixed.square().mean().sqrt().clamp(min=1e-3))
        frames[row] = (mixed + mean).round_().clamp_(0, 255).to(torch.uint8)


def random_affine(frames: Tensor, may: Tensor, generator: torch.Generator) -> None:
    """See some clips in another frame: nearer or farther, stretched, turned, off centre; in place."""
    rows = chosen(may, TRANSFORMED, generator)
    count, size, device = rows.shape[0], frames.shape[-1], frames.device
    if count == 0:
        return
    scale = uniform(generator, *SCALE, count)
    stretch = ASPECT ** (uniform(generator, -0.5, 0.5, count))
    turn = uniform(generator, -TURN, TURN, count)
    cos, sin = torch.cos(turn), torch.sin(turn)
    theta = torch.stack([scale * stretch * cos, -scale * stretch * sin, scale / stretch * sin, scale / stretch * cos])
    # What happens is mostly in the middle: what is seen of a nearer picture still holds it.
    shift = uniform(generator, -0.15, 0.15, count, 2)
    theta = torch.cat([theta.T.reshape(count, 2, 2), shift[:, :, None]], 2).to(device)
    clips = frames[rows].float().flatten(1, 2)
    grid = F.affine_grid(theta, [count, clips.shape[1], size, size], align_corners=False)
    seen = F.grid_sample(clips, grid, padding_mode="border", align_corners=False)
    frames[rows] = seen.round_().clamp_(0, 255).to(torch.uint8).reshape(count, *frames.shape[1:])
