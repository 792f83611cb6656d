"""What the sound generator is told where a person says when something is to be heard: hits, and the level beneath.

The generator was trained on what the sync encoder reads. So what a person says is put into the same form: an onset
logit and a level for every audio latent. The app has the same rules in src/timing/track.ts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from .presets import ONSET_BIAS

Number = TypeVar("Number", float, Tensor)


@dataclass(frozen=True)
class Directing:
    """Numbers of a directed timing. A pack's manifest holds them under `timing.directed`.

    Levels are those of the reading: (ln(RMS + 1e-3) + 4.5) / 1.5.
    """

    height: float = 0.98  # probability of an onset at a hit
    width: float = 1.0  # standard deviation of the bump around it, in latents
    least: float = -7.0  # onset logit where there is no hit
    most: float = 4.0
    quiet: float = -1.6  # level of silence
    loud: float = 1.5  # level of the hardest hit, and of a level of 1
    floor: float = 0.35  # how far between the two the softest hit is
    # By what the level falls in a latent after a hit. Of .18, .35 and .55 the generator obeys .35 best, with words and
    # without: a slower fall holds hard materials back.
    decay: float = 0.35
    onset_bias: float = ONSET_BIAS  # that the timing blocks add

    @property
    def span(self) -> float:
        return self.loud - self.quiet

    def lifted(self, strength: Number) -> Number:
        """How far from `quiet` to `loud` a hit of this strength, 0..1, lifts the level."""
        return self.floor + (1 - self.floor) * strength


DIRECTING = Directing()
# How far from `quiet` to `loud` a level is still so low that its sound is taken for silence.
INAUDIBLE = 0.3
STROKE = 8  # latents after a hit that are all its own: a quarter of a second
SAME = 1e-3  # float32 rounds a timing


def timing_track(
    hits: Sequence[tuple[float, float]],
    level: Sequence[tuple[float, float]],
    latents: int,
    rate: float,
    rules: Directing = DIRECTING,
) -> Tensor:
    """Hits (seconds, strength in 0..1) and a level (seconds, 0..1; straight lines between, nothing beyond its ends)
    -> timing [latents, 2] at `rate` latents a second. Hits outside the latents are not told."""
    middles = torch.arange(latents, dtype=torch.float64) + 0.5
    onset = torch.zeros(latents, dtype=torch.float64)
    told = torch.full((latents,), rules.quiet, dtype=torch.float64)
    if level:
        times = torch.tensor([time for time, _ in level], dtype=torch.float64) * rate
        heights = torch.tensor([height for _, height in level], dtype=torch.float64)
        right = torch.searchsorted(times, middles, right=True).clamp(1, max(1, len(level) - 1))
        if len(level) > 1:
            before, after = times[right - 1], times[right]
            share = ((middles - before) / (after - before).clamp(min=1e-9)).clamp(0, 1)
            curve = heights[right - 1] + share * (heights[right] - heights[right - 1])
            inside = (middles >= times[0]) & (middles <= times[-1])
            told = torch.where(inside, rules.quiet + rules.span * curve, told)
    for time, strength in hits:
        at = time * rate
        if not 0 <= at < latents:
            continue
        onset = torch.maximum(onset, rules.height * torch.exp(-0.5 * ((middles - at) / rules.width) ** 2))
        # The latent that holds the hit is as loud as it; those after it fall.
        after = middles + 0.5 - at
        peak = rules.quiet + rules.span * rules.lifted(strength)
        told = torch.where(after > 0, torch.maximum(told, peak - rules.decay * (after - 1).clamp(min=0)), told)
    logit = torch.logit(onset.clamp(1e-12, 1 - 1e-12)).clamp(rules.least, rules.most) - rules.onset_bias
    return torch.stack([logit, told], dim=-1).float()


def asks_for_silence(timing: Tensor, rules: Directing = DIRECTING) -> Tensor:
    """Timing [..., Ta, 2] -> bool [...]: no hit, and nowhere a level that is to be heard."""
    audible = rules.quiet + INAUDIBLE * rules.span
    # More likely than not is a hit.
    return (timing[..., 0] < -rules.onset_bias).all(-1) & (timing[..., 1] < audible).all(-1)


def hit_probability(timing: Tensor, rules: Directing = DIRECTING) -> Tensor:
    """Timing [..., Ta, 2] -> probability of a hit [..., Ta]."""
    return torch.sigmoid(timing[..., 0] + rules.onset_bias)


def hitless(hit: Tensor) -> Tensor:
    """How sure it is that a window has no hit at all, by the probabilities of its latents [B, Ta]: 0..1 [B, 1]."""
    return (1 - 2 * hit.amax(1, keepdim=True)).clamp(min=0)


def lasting(hit: Tensor, latents: int) -> Tensor:
    """The highest probability of a hit [B, Ta] at a latent and so many before it."""
    return F.max_pool1d(F.pad(hit, (latents, 0)), latents + 1, 1)


def is_drawn(level: Tensor, rules: Directing = DIRECTING) -> Tensor:
    """Where the level [B, Ta] is one that a person drew, neither silence nor the fall after a hit; bool [B, Ta]."""
    before = F.pad(level[:, :-1], (1, 0), value=rules.quiet)
    return (level > rules.quiet + SAME) & (level > before - rules.decay + SAME)


def reach_of_words(timing: Tensor) -> Tensor:
    """How much of what words change counts at every latent of a timing [B, Ta, 2] that a person set, 0..1 [B, Ta].

    Words are guided untold, beside the hits that the generator would set itself: all through a window they bring those
    along. A material is heard in its hits; a window without any takes its words throughout.
    """
    hit = hit_probability(timing)
    return torch.maximum(hitless(hit), lasting(hit, STROKE))
