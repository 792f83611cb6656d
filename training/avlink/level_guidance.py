"""Level guidance: while a sound is made, its level is drawn to the one that was read off the picture's pixels.

What the sync encoder reads is the mean of what may be heard, and knows better how loud it is than the generators do,
who draw one of the sounds that may be heard: often silence, where the picture leaves open whether there is any sound.
Until late in the flow, the level of the clean latents that the sound heads for is therefore moved part of the way to
what was read, and the rest is made to go with it. Where there are hits the level is left alone, for their mean over
where they may be is flatter than any of them; what goes on beneath them, as a fire under its crackling, follows between
them.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .directed import DIRECTING
from .presets import ONSET_BIAS

SAME = 1e-3  # float32 rounds a timing
RING = 24  # latents after a hit that a person set in which its sound may ring as its material does
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
    directed: whether a person set the timing: it is no mean of what may be heard, so that it holds wherever no hit is
    still ringing, and silence is silent. How long a hit rings is the material's to say, not the level's.
    """
    rule = LEVEL_GUIDANCE
    if t >= rule["until"]:
        return v
    hit, level = torch.sigmoid(timing[..., 0] + rule["onsetBias"]), timing[..., 1]
    if directed:
        ringing = F.max_pool1d(F.pad(hit, (RING, 0)), RING + 1, 1)
        share = torch.where(level <= DIRECTING.quiet + SAME, 1.0, rule["share"]) * (1 - ringing).square()
    else:
        share = rule["share"] * _followed(hit, level)
    target = rule["silence"] + rule["gain"] * F.softplus(rule["slope"] * (level - rule["middle"]))
    heads_for = x[..., :levels] + (1 - t) * v[..., :levels]
    drawn = v[..., :levels] + share[..., None] * (target[..., None] - heads_for) / (1 - t)
    return torch.cat([drawn, v[..., levels:]], dim=-1)


def _followed(hit: Tensor, level: Tensor) -> Tensor:
    """How far a level that was read is followed, 0..1, by the probability of hits; both [B, Ta]."""
    rule = LEVEL_GUIDANCE
    hitless = (1 - 2 * hit.amax(1, keepdim=True)).clamp(min=0)
    low = level.sort(1).values[:, level.shape[1] // 10, None]
    beneath = ((low - rule["quietLevel"]) / (rule["continuousLevel"] - rule["quietLevel"])).clamp(0, 1)
    return torch.maximum(hitless, beneath * (1 - hit).square())
