"""Sounds beyond those of the scenes, for the vocoder: it must also speak what people recorded.

Rendered sound is sparse, clean and moderately loud. Recordings are dense, compressed, coloured by rooms and devices,
and driven to the limit; a vocoder that has only heard scenes gives them back several decibels too quiet.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LIMIT = 0.98  # of the samples, as in the scenes
BANDS = 8  # control points of a random equaliser


def decibels(value: Tensor) -> Tensor:
    return 10 ** (value / 20)


def uniform(generator: torch.Generator, low: float, high: float, *shape: int) -> Tensor:
    return low + (high - low) * torch.rand(*shape, generator=generator)


def coloured(samples: Tensor, generator: torch.Generator) -> Tensor:
    """samples [B, N] through smooth random equalisers of up to 12 dB either way, of zero phase."""
    gains = uniform(generator, -12, 12, samples.shape[0], 1, BANDS)
    bins = samples.shape[1] // 2 + 1
    # Bands are spaced evenly in the square root of frequency: between linear and what the ear would say.
    place = torch.linspace(0, 1, bins).sqrt() * 2 - 1
    grid = torch.stack([place, torch.zeros(bins)], dim=-1)[None, None].expand(samples.shape[0], -1, -1, -1)
    curve = F.grid_sample(gains[:, :, None], grid, align_corners=True, padding_mode="border")[:, 0, 0]
    return torch.fft.irfft(torch.fft.rfft(samples) * decibels(curve).to(samples.device), n=samples.shape[1])


def broadened(samples: Tensor, generator: torch.Generator) -> Tensor:
    """Sounds of scenes [B, N] -> as many sounds of a wider world; half of them stay as they are.

    Mixed with one another, over noise, equalised, and driven into soft clipping at random levels.
    """
    batch, device = samples.shape[0], samples.device

    def draw(low: float, high: float) -> Tensor:
        return uniform(generator, low, high, batch, 1).to(device)

    changed = samples
    for shift in (1, 2):
        partner = samples.roll(shift, 0).roll(int(torch.randint(0, samples.shape[1], (1,), generator=generator)), 1)
        changed = changed + partner * decibels(draw(-30, 6))
    noise = torch.randn(samples.shape, generator=generator).to(device)
    level = changed.square().mean(1, keepdim=True).sqrt()
    changed = coloured(changed + noise * level * decibels(draw(-60, -10)), generator)
    peak = changed.abs().amax(1, keepdim=True).clamp(min=1e-4)
    # Up to 18 dB over full scale before the soft clipping, down to 30 dB under it.
    driven = torch.tanh(changed / peak * decibels(draw(-30, 18))) * LIMIT
    keep = (torch.rand(batch, 1, generator=generator) < 0.5).to(device)
    return torch.where(keep, samples, driven)
