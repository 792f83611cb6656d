"""What the simulators of all families share: surfaces, contact marks, lifts between contacts, pace words."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .common import FLOOR, MATERIAL, NEVER, Draw, Score, Sketch

Attributes = dict[str, Tensor]
Scene = tuple[Sketch, Score, Attributes]

HARD = [MATERIAL[m] for m in ("wood", "metal", "glass", "plastic", "stone")]
GROUND = [MATERIAL[m] for m in ("wood", "stone", "gravel", "snow", "metal")]
# A typical look of each material, mixed half and half with a free colour: cue, but no rule.
TINT = torch.tensor(
    [
        [0.60, 0.40, 0.20],
        [0.62, 0.66, 0.72],
        [0.55, 0.80, 0.85],
        [0.88, 0.80, 0.68],
        [0.85, 0.25, 0.30],
        [0.48, 0.46, 0.44],
        [0.15, 0.15, 0.17],
        [0.25, 0.45, 0.75],
        [0.50, 0.46, 0.40],
        [0.90, 0.92, 0.95],
        [0.85, 0.68, 0.25],
        [1.00, 0.60, 0.20],
    ]
)


def tinted(draw: Draw, material: Tensor) -> Tensor:
    """A colour for each material [...], RGB [..., 3]: typical to some degree, or free where colours give no hints."""
    free = draw.uniform(0, 0.7, *material.shape)[..., None]
    free = free if draw.hints else torch.ones_like(free)
    return TINT[material] * (1 - free) + draw.colour(*material.shape) * free


def textured(draw: Draw, n: int, size: Tensor | float, amount: float = 0.5) -> Tensor:
    """Stripes or checks in the primitive's own axes, [n, 5]: rad per unit along u and v, their phases, amount."""
    scale = torch.as_tensor(size).expand(n).clamp(min=0.02)
    along = draw.span(1.5, 5, n) / scale * draw.chance(0.8, n)
    across = draw.span(1.5, 5, n) / scale * draw.chance(0.35, n)
    phase = draw.uniform(0, 2 * math.pi, n, 2)
    # A frequency of zero leaves a constant factor: put its phase at the crest.
    pu = torch.where(along == 0, torch.full((n,), math.pi / 2), phase[:, 0])
    pv = torch.where(across == 0, torch.full((n,), math.pi / 2), phase[:, 1])
    plain = draw.chance(0.3, n)
    strength = torch.where(plain | ((along == 0) & (across == 0)), torch.zeros(n), draw.uniform(0.2, 1, n) * amount)
    return torch.stack([along, across, pu, pv, strength], 1)


def put_floor(draw: Draw, sketch: Sketch, top: Tensor, colour: Tensor | None = None, always: bool = False) -> None:
    """A floor or table from `top` downwards; in some clips only the background stands behind the scene."""
    n = sketch.n
    shown = torch.ones(n) if always else draw.chance(0.85, n).float()
    colour = draw.colour(n) if colour is None else colour
    sketch.put(
        FLOOR,
        0.5,
        top + 1,
        hx=3.0,
        hy=1.0,
        alpha=shown,
        colour=colour,
        texture=textured(draw, n, draw.uniform(0.03, 0.3, n), 0.3),
        blur=False,
    )


def pulse(since: Tensor, strength: Tensor, tau: Tensor | float = 0.08) -> Tensor:
    """Decaying pulse after each contact, [n, 64] in 0..1."""
    tau = tau[:, None] if isinstance(tau, Tensor) else tau
    return strength * torch.exp(-since.clamp(max=50 * 0.2) / tau)


def put_dust(
    draw: Draw, sketch: Sketch, slot: int, x: Tensor, y: Tensor, since: Tensor, strength: Tensor, p: float
) -> None:
    """A puff that spreads from the contact and fades."""
    n = sketch.n
    some = draw.chance(p, n).float()[:, None]
    grow = 1 - torch.exp(-since.clamp(max=5) / 0.08)
    size = draw.uniform(0.03, 0.09, n)[:, None]
    sketch.put(
        slot,
        x,
        y - 0.01,
        hx=size * grow * 1.6,
        r=0.012 + 0.3 * size * grow,
        alpha=some * strength * 0.8 * torch.exp(-since.clamp(max=5) / 0.14),
        soft=0.03,
        colour=draw.uniform(0.4, 1, n, 1).expand(n, 3),
        blur=False,
    )


def strike_flash(draw: Draw, n: int) -> Tensor:
    """How much a struck thing lights up, [n, 1]; in most clips not at all, as in real pictures."""
    return draw.uniform(0, 0.45, n)[:, None] * draw.chance(0.35, n).float()[:, None]


def raised(since: Tensor, until: Tensor, nxt: Tensor, last: Tensor, swing: Tensor, back: Tensor) -> Tensor:
    """Raised amount 0..1 of something that hits: zero exactly at the contacts, straight into and out of them."""
    gap = since.clamp(max=9) + until.clamp(max=9)
    into = torch.minimum(swing[:, None], 0.55 * gap)
    out = torch.minimum(back[:, None], 0.45 * gap)
    down = torch.sin(math.pi / 2 * (until / into).clamp(max=1))
    up = torch.sin(math.pi / 2 * (since / out).clamp(max=1))
    reach = torch.where(until < 9, nxt, last) * (0.35 + 0.65 * (gap / 0.45).clamp(max=1))
    return down * up * (0.45 + 0.55 * reach)


def stroke(
    draw: Draw, since: Tensor, until: Tensor, nxt: Tensor, last: Tensor, swing: tuple[float, float] = (0.09, 0.28)
) -> Tensor:
    """Raised amount 0..1 of a hand that works, [n, 64]: zero exactly at the contacts.

    Fast into the contact, then an abrupt stop: some rebound at once, some rest on the surface for a moment, and all
    lift slowly, a little higher just before the next stroke.
    """
    n = since.shape[0]
    gap = since.clamp(max=9) + until.clamp(max=9)
    into = torch.minimum(draw.uniform(*swing, n)[:, None], 0.5 * gap)
    power = draw.uniform(1.0, 2.2, n)[:, None]
    down = 1 - (1 - (until / into).clamp(max=1)) ** power
    rest = (draw.uniform(0.01, 0.14, n) * draw.chance(0.45, n))[:, None]
    rest = torch.minimum(rest, 0.2 * gap)
    out = torch.minimum(draw.uniform(0.15, 0.6, n)[:, None], 0.5 * gap)
    slow = ((since - rest) / out).clamp(0, 1)
    slow = slow * slow * (3 - 2 * slow)
    rebound = (draw.uniform(0.15, 0.6, n) * draw.chance(0.5, n))[:, None]
    bounced = rebound * (1 - torch.exp(-(since - rest).clamp(0, 5) / 0.04)) + (1 - rebound) * slow
    reach = torch.where(until < 9, nxt, last) * (0.4 + 0.6 * (gap / 0.5).clamp(max=1))
    windup = 0.25 * torch.exp(-(((until - 1.4 * into) / (0.6 * into).clamp(min=0.02)) ** 2)) * (until < 9)
    return down * bounced * (0.4 + 0.6 * reach) * (1 + windup)


def pace_of(interval: Tensor, fast: float, slow: float) -> Tensor:
    return (interval < fast).long() - (interval > slow).long()


def drawn_loudness(draw: Draw, n: int) -> Tensor:
    u = draw.uniform(0, 1, n)
    return (u > 0.75).long() - (u < 0.2).long()


def fresh_score(draw: Draw, n: int) -> Score:
    score = Score.empty(n)
    score.loud = drawn_loudness(draw, n)
    score.size = draw.uniform(0, 1, n, 3)
    return score


def audible(times: Tensor, speed: Tensor, least: float = 0.16) -> tuple[Tensor, Tensor]:
    """Times and strengths of impacts at the given speeds (0..1 of the fastest); those below `least` make no sound."""
    return torch.where(speed > least, times, torch.full_like(times, NEVER)), speed.clamp(min=1e-3) ** 0.6
