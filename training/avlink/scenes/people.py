"""What people do with feet and hands alone: footsteps and clapping."""

from __future__ import annotations

import math

import torch

from .common import BEHIND, FIRST, FRAMES, MATERIAL, NEVER, WINDOW, Draw, Sketch, around, frame_times, rhythm
from .parts import (
    GROUND,
    Scene,
    fresh_score,
    pace_of,
    pulse,
    put_dust,
    put_floor,
    raised,
    strike_flash,
    textured,
    tinted,
)


def footsteps(draw: Draw, n: int) -> Scene:
    """Two legs take turns; the ground material sounds at each landing."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    running = draw.chance(0.3, n)
    times, strength, base = rhythm(draw, n, 0.36, 0.8, 16, 0.2)
    factor = torch.where(running, draw.uniform(0.55, 0.72, n), torch.ones(n))
    times = torch.where(times < NEVER / 2, times[:, :1] + (times - times[:, :1]) * factor[:, None], times)
    base = base * factor
    ground = draw.among(GROUND, n)
    score.material = ground[:, None].expand(n, 3).clone()
    score.size = score.size[:, :1].expand(n, 3).clone()
    turn = torch.arange(16) % 2
    score.add(times, strength, 0, torch.exp(0.05 * draw.normal(n, 16)))
    top = draw.span(0.76, 0.93, n)
    put_floor(draw, sketch, top, tinted(draw, ground), always=True)
    scale = draw.span(0.8, 1.6, n)
    leg = 0.38 * scale
    face = draw.sign(n)
    drift = draw.uniform(-0.1, 0.25, n) * draw.chance(0.6, n)
    since_any, _, last_any, _ = around(times, strength, t)
    bob = 0.02 * scale[:, None] * torch.exp(-since_any.clamp(max=5) / 0.1)
    hip_x = 0.5 + face[:, None] * drift[:, None] * (t / WINDOW - 0.5)
    hip_y = top[:, None] - leg[:, None] + bob
    stride = draw.uniform(0.12, 0.24, n) * scale * torch.where(running, 1.3, 1.0)
    high = draw.uniform(0.08, 0.16, n) * scale * torch.where(running, 1.3, 1.0)
    trousers, shoe = draw.colour(n), draw.colour(n)
    r = draw.uniform(0.028, 0.05, n) * scale
    foot = draw.uniform(0.035, 0.06, n) * scale
    flash = strike_flash(draw, n) * 0.5
    for j in range(2):
        mine = torch.where(turn[None] == j, times, torch.full_like(times, NEVER))
        since, until, last, nxt = around(mine, strength, t)
        swing = torch.minimum(torch.full((n, FRAMES), 0.4), 0.5 * (since.clamp(max=9) + until.clamp(max=9)))
        swing = torch.minimum(swing, base[:, None])
        q = (1 - until / swing).clamp(0, 1)
        stance = (since / (2 * base[:, None] - swing).clamp(min=0.1)).clamp(0, 1)
        # Before its first landing a foot stands behind; a foot that lands no more stays where the stance took it.
        back = torch.where(since > 9, torch.ones_like(stance), stance)
        rel = torch.where(until < swing, -0.5 + q, 0.5 - back)
        up = (
            torch.where(until < swing, torch.sin(math.pi * q**1.25), torch.zeros_like(q))
            * high[:, None]
            * (0.7 + 0.3 * nxt)
        )
        x = hip_x + face[:, None] * stride[:, None] * rel * 2 * 0.8
        y = top[:, None] - foot[:, None] * 0.7 - up
        dim = 0.75 if j == 0 else 1.0
        slot = FIRST + 3 * j
        knee_x = (hip_x + x) / 2 + face[:, None] * (0.02 + up * 0.7)
        knee_y = (hip_y + y) / 2
        sketch.capsule(slot, hip_x, hip_y, knee_x, knee_y, r, colour=trousers * dim)
        sketch.capsule(slot + 1, knee_x, knee_y, x, y, r * 0.8, colour=trousers * dim)
        tilt = -face[:, None] * 0.5 * torch.sin(2 * math.pi * q) * (until < swing)
        sketch.put(
            slot + 2,
            x + face[:, None] * foot[:, None] * 0.6,
            y,
            hx=foot,
            r=foot * 0.7,
            angle=tilt,
            colour=shoe * dim,
            flash=flash * pulse(since, last),
        )
        put_dust(draw, sketch, FIRST + 9 + j, x, top[:, None], since, last, 0.35)
    sketch.put(
        FIRST + 6,
        hip_x,
        hip_y - 0.22 * scale[:, None],
        hx=0.05 * scale,
        hy=0.16 * scale,
        r=0.05 * scale,
        colour=draw.colour(n),
        texture=textured(draw, n, 0.05),
    )
    shake = draw.uniform(0, 0.012, n)[:, None]
    sketch.camera[:, :, 1] += shake * pulse(since_any, last_any, 0.06)
    return sketch, score, {"material": ground, "running": running.long(), "pace": pace_of(base, 0.33, 0.62)}


def clapping(draw: Draw, n: int) -> Scene:
    """Two hands meet."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    times, strength, base = rhythm(draw, n, 0.2, 0.9)
    score.material = torch.full((n, 3), MATERIAL["snow"])
    score.add(times, strength, 0, torch.exp(0.04 * draw.normal(n, times.shape[1])))
    since, until, last, nxt = around(times, strength, t)
    lift = raised(since, until, nxt, last, draw.uniform(0.1, 0.22, n), draw.uniform(0.1, 0.3, n))
    cx, cy = draw.uniform(0.4, 0.6, n)[:, None], draw.uniform(0.35, 0.6, n)[:, None]
    tone = torch.tensor([0.95, 0.75, 0.6]) * draw.uniform(0.3, 1.05, n, 1) * draw.uniform(0.9, 1.1, n, 3)
    sleeve = draw.colour(n)
    thick, length = draw.span(0.03, 0.06, n), draw.span(0.07, 0.13, n)
    spread = draw.uniform(0.16, 0.34, n)[:, None]
    axis = draw.uniform(-0.5, 0.5, n)[:, None]
    flash = strike_flash(draw, n) * 0.5
    for j, side in enumerate((-1.0, 1.0)):
        off = side * (thick[:, None] + spread * lift)
        x = cx + off * torch.cos(axis)
        y = cy + off * torch.sin(axis)
        tilt = axis + math.pi / 2 + side * (0.25 + 0.5 * lift)
        sketch.put(
            FIRST + 2 + j,
            x,
            y,
            hx=length,
            r=thick,
            angle=tilt,
            colour=tone.clamp(0, 1) * (1 if j else 0.9),
            flash=flash * pulse(since, last),
            texture=textured(draw, n, thick * 2, 0.2),
        )
        elbow_x = cx + side * (0.34 + 0.3 * lift)
        elbow_y = cy + 0.5
        sketch.capsule(FIRST + j, elbow_x, elbow_y, x, y + length[:, None] * 0.8, thick * 1.1, colour=sleeve)
    person = draw.chance(0.5, n).float()
    sketch.put(
        BEHIND,
        cx,
        cy + 0.35,
        hx=0.1,
        hy=0.3,
        r=0.12,
        alpha=person,
        colour=draw.colour(n),
        texture=textured(draw, n, 0.1),
        blur=False,
    )
    return sketch, score, {"pace": pace_of(base, 0.3, 0.65)}
