"""Timing as one of many people would give it, for what learns to obey it.

Hits are a little late, their certainty varies, and the level is exact, smoothed, made of the hits alone, or off by a
constant: random filters over the controls (Garcia et al., Sketch2Sound, arXiv 2412.08550).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..directed import DIRECTING
from ..grid import Grid
from ..scenes import SceneBatch

MOST_HITS = 48  # of a clip that are told
JITTER = 0.018  # seconds, standard deviation of half of the clips' hits


def hits_of_scenes(made: SceneBatch) -> Tensor:
    """Seconds and strengths of the hits of scenes [B, MOST_HITS, 2], NaN where there is none."""
    hits = torch.full((made.events.shape[0], MOST_HITS, 2), torch.nan)
    most = min(MOST_HITS, made.events.shape[1])
    hits[:, :most, 0] = made.events[:, :most]
    hits[:, :most, 1] = made.strengths[:, :most]
    return hits


def told(hits: Tensor, level: Tensor, grid: Grid, generator: torch.Generator) -> Tensor:
    """Hits [B, H, 2] and level [B, Ta] -> timing [B, Ta, 2] as one of many people would give it."""
    batch, length = level.shape

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(batch, 1, generator=generator)

    late = JITTER * torch.randn(hits.shape[:2], generator=generator) * (draw(0, 1) < 0.5)
    places = torch.nan_to_num((hits[..., 0] + late) * grid.audio_latent_rate, nan=-1e4)[:, :, None]
    middles = torch.arange(length) + 0.5
    width, height = draw(0.7, 1.5)[..., None], draw(0.6, DIRECTING.height)[..., None]
    onset = (height * torch.exp(-0.5 * ((middles - places) / width) ** 2)).amax(1)
    logit = torch.logit(onset.clamp(1e-6, 1 - 1e-6)).clamp(DIRECTING.least, DIRECTING.most) - DIRECTING.onset_bias
    way = draw(0, 1)
    strength = torch.nan_to_num(hits[..., 1])[:, :, None]
    peak = DIRECTING.quiet + DIRECTING.span * DIRECTING.lifted(strength)
    after = middles + 0.5 - places
    falling = torch.where(after > 0, peak - DIRECTING.decay * (after - 1).clamp(min=0), torch.tensor(-9.0))
    of_hits = falling.amax(1).clamp(min=DIRECTING.quiet)
    reach = 2 * int(torch.randint(1, 13, (1,), generator=generator)) + 1
    smooth = F.avg_pool1d(level[:, None], reach, 1, reach // 2, count_include_pad=False)[:, 0]
    # Where nothing hits, a level made of hits alone would ask for silence: there it stays as it is.
    struck = hits[..., 0].isfinite().any(1, keepdim=True)
    shape = torch.where((way < 0.35) & struck, of_hits, torch.where(way < 0.65, smooth, level))
    return torch.stack([logit, (shape + draw(-0.4, 0.4) * (way < 0.8)).clamp(min=DIRECTING.quiet)], dim=-1)
