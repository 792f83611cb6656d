"""Level guidance: while a sound is made, its level is drawn to the one that was read off the picture's pixels.

What the sync encoder reads is the mean of what may be heard, and knows better how loud it is than the generators do,
who draw one of the sounds that may be heard: often silence, where the picture leaves open whether there is any sound.
Until late in the flow, the level of the clean latents that the sound heads for is therefore moved part of the way to
what was read, and the rest is made to go with it. Where there are hits the level is left alone, for their mean over
where they may be is flatter than any of them; what goes on beneath them, as a fire under its crackling, follows between
them.

A timing that a person set is no mean, so that it holds: silence is silent, a level that was drawn is kept, and nothing
gets louder where nobody asked for it. How long a hit rings is the material's to say, not the level's.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .directed import DIRECTING, SAME, STROKE, hit_probability, hitless, is_drawn, lasting
from .presets import ONSET_BIAS

RING = 24  # latents after a hit that a person set in which its sound may ring as its material does
HIT = 0.2  # probability from which on a latent may be louder than the one before, where a person set the timing
LEVEL_GUIDANCE = {
    "share": 0.6,  # of the way to what was read, where there is no hit
    "until": 0.9,  # flow time from which on the sound keeps the level it has
    "onsetBias": ONSET_BIAS,  # logit by which hits are seen sooner, as the generator is told of them
    # Level, as read, that a window is above for nine tenths of its time: up to the first nothing goes on beneath its
    # hits, from the second on something does. On held-out scenes it is .06 to .5 for fire, -.8 to -.5 for steps, falls
    # and claps.
    "quietLevel": -0.3,
    "continuousLevel": 0.1,
    # Latent level of a level that was read: silence + gain * softplus(slope * (level - middle)). So it is in scenes,
    # give or take .8 up to middle levels and 2 at the loudest.
    "silence": -2.1,
    "gain": 2.6,
    "slope": 1.9,
    "middle": 0.12,
}


def level_guided(v: Tensor, x: Tensor, t: float, timing: Tensor, levels: int, directed: bool = False) -> Tensor:
    """Velocities v of sound latents x, both [B, Ta, C], at flow time t -> those that follow `timing` [B, Ta, 2].

    levels: how many channels, the first, say how loud it is.
    directed: whether a person set the timing.
    """
    rule = LEVEL_GUIDANCE
    if t >= rule["until"]:
        return v
    hit, level = hit_probability(timing), timing[..., 1]
    share = _held(hit, level) if directed else rule["share"] * _followed(hit, level)
    target = rule["silence"] + rule["gain"] * F.softplus(rule["slope"] * (level - rule["middle"]))
    heads_for = x[..., :levels] + (1 - t) * v[..., :levels]
    goal = heads_for + share[..., None] * (target[..., None] - heads_for)
    if directed:
        goal = _falling(goal, (hit < HIT) & ~is_drawn(level))
    drawn = v[..., :levels] + (goal - heads_for) / (1 - t)
    return torch.cat([drawn, v[..., levels:]], dim=-1)


def _held(hit: Tensor, level: Tensor) -> Tensor:
    """How far a level that a person set is followed, 0..1, by the probability of hits; all [B, Ta]."""
    silence = torch.where(level <= DIRECTING.quiet + SAME, (1 - lasting(hit, RING)).square(), 0.0)
    return torch.where(is_drawn(level), (1 - lasting(hit, STROKE)).square(), silence)


def _falling(levels: Tensor, falls: Tensor) -> Tensor:
    """Levels [B, Ta, C] with none above the one before where `falls` [B, Ta]."""
    kept = [levels[:, 0]]
    for i in range(1, levels.shape[1]):
        kept.append(torch.where(falls[:, i, None], torch.minimum(levels[:, i], kept[-1]), levels[:, i]))
    return torch.stack(kept, 1)


def _followed(hit: Tensor, level: Tensor) -> Tensor:
    """How far a level that was read is followed, 0..1, by the probability of hits; both [B, Ta]."""
    rule = LEVEL_GUIDANCE
    low = level.sort(1).values[:, level.shape[1] // 10, None]
    beneath = ((low - rule["quietLevel"]) / (rule["continuousLevel"] - rule["quietLevel"])).clamp(0, 1)
    return torch.maximum(hitless(hit), beneath * (1 - hit).square())
