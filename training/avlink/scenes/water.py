"""Water: drops, rain, and what falls into it."""

from __future__ import annotations

import torch

from .common import FIRST, FRAMES, MATERIAL, NEVER, Draw, Sketch, around, frame_times, level_times, rhythm, smooth_curve
from .parts import Scene, fresh_score, pace_of, put_floor, tinted


def drops(draw: Draw, n: int) -> Scene:
    """Drops fall into water; each leaves a growing ring and a small crown."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    times, strength, base = rhythm(draw, n, 0.28, 1.3)
    score.material = torch.full((n, 3), MATERIAL["water"])
    score.add(times, strength, 0, torch.exp(0.25 * draw.normal(n, times.shape[1])))
    surface = draw.span(0.58, 0.82, n)
    water = tinted(draw, score.material[:, 0])
    put_floor(draw, sketch, surface, water, always=True)
    gravity = draw.logspan(2.5, 7, n)
    cx = draw.uniform(0.3, 0.7, n)[:, None]
    spout = draw.uniform(-0.1, 0.2, n)
    r = draw.span(0.03, 0.07, n)
    tap = draw.chance(0.6, n).float()
    sketch.put(FIRST, cx, spout - 0.1, hx=0.05, hy=0.12, r=0.02, alpha=tap, colour=draw.colour(n), blur=False)
    fall = torch.sqrt(2 * (surface - spout - r) / gravity)
    bright = (water * 0.5 + draw.uniform(0.3, 0.6, n, 1)).clamp(0, 1)
    for j in range(2):
        mine = torch.where((torch.arange(times.shape[1]) % 2 == j)[None], times, torch.full_like(times, NEVER))
        since, until, last, nxt = around(mine, strength, t)
        a = fall[:, None] - until
        y = spout[:, None] + gravity[:, None] / 2 * a.clamp(min=0) ** 2
        hanging = ((a < 0) & (a > -0.3)).float()
        size = r[:, None] * (0.6 + 0.5 * nxt)
        sketch.put(
            FIRST + 6 + j,
            cx,
            y,
            r=size * (1 - hanging * (-a / 0.3).clamp(0, 1)),
            alpha=((a > -0.3) & (until < 9)).float(),
            colour=bright,
        )
        s = since.clamp(max=5)
        spread = draw.uniform(0.2, 0.45, n)[:, None] * torch.sqrt(s * 1.2)
        sketch.put(
            FIRST + 1 + j,
            cx,
            surface + 0.04,
            hx=0.8 * spread,
            r=0.02 + 0.22 * spread,
            hollow=0.014 + 0.01 * last,
            alpha=torch.exp(-s / 0.35) * (since < 5),
            soft=0.01,
            colour=bright,
            blur=False,
        )
        for side in (-1.0, 1.0):
            v = draw.uniform(0.5, 1.1, n)[:, None] * (0.6 + 0.4 * last)
            h = v * s - gravity[:, None] / 2 * s * s
            sketch.put(
                FIRST + 8 + 2 * j + int(side > 0),
                cx + side * (0.02 + draw.uniform(0.15, 0.4, n)[:, None] * s),
                surface[:, None] - h,
                r=r * 0.6,
                alpha=((h > 0) & (since < 3)).float(),
                colour=bright,
            )
    return sketch, score, {"pace": pace_of(base, 0.45, 0.9)}


def rain(draw: Draw, n: int) -> Scene:
    """Rain or wind-driven spray: streaks and splashes follow the intensity, and so does the sound."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    knots = draw.uniform(0, 1, n, 5) ** draw.uniform(0.5, 1.5, n, 1)
    knots = 0.06 + 0.94 * knots
    steady = draw.chance(0.3, n)[:, None]
    knots = torch.where(steady, knots.mean(1, keepdim=True).expand_as(knots), knots)
    amount = smooth_curve(knots, t)
    score.level = smooth_curve(knots, level_times())
    score.bright = 0.45 + 0.45 * score.level * draw.uniform(0.3, 1, n)[:, None]
    score.grain = draw.uniform(0.3, 1, n)
    sketch.rain = amount
    lean = draw.span(-0.5, 0.5, n)
    sketch.rain_shape = torch.stack([lean, draw.span(60, 130, n), draw.span(5, 14, n), draw.span(1.2, 3, n)], 1)
    top = draw.uniform(0.7, 1.1, n)
    put_floor(draw, sketch, top)
    for j in range(6):
        # A splash starts anew every 0.19 s at another place, as often as the rain is strong.
        period = 3
        cell = (torch.arange(FRAMES) + j) // period
        age = (((torch.arange(FRAMES) + j) % period).float() / period)[None]
        places = draw.uniform(0, 1, n, int(cell.max()) + 1)[:, cell]
        deep = draw.uniform(0, 1, n, int(cell.max()) + 1)[:, cell]
        there = (draw.uniform(0, 1, n, int(cell.max()) + 1)[:, cell] < amount * 1.2).float()
        sketch.put(
            FIRST + j,
            places,
            top[:, None] + 0.02 + deep * (0.98 - top).clamp(min=0)[:, None],
            hx=0.01 + 0.04 * age,
            r=0.01,
            alpha=there * (1 - age),
            soft=0.01,
            colour=draw.uniform(0.6, 1, n, 1).expand(n, 3),
            blur=False,
        )
    facts = {"steady": steady[:, 0].long(), "windy": (lean.abs() > 0.3).long()}
    return sketch, score, facts | {"heavy": (knots.mean(1) > 0.6).long() - (knots.mean(1) < 0.35).long()}


def splash(draw: Draw, n: int) -> Scene:
    """Something falls into water: it goes under, and a crown of water rises and comes down."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    count = 1 + draw.pick(3, n)
    surface = draw.span(0.5, 0.75, n)
    water = tinted(draw, torch.full((n,), MATERIAL["water"]))
    put_floor(draw, sketch, surface, water, always=True)
    score.material = torch.stack([torch.full((n,), MATERIAL[m]) for m in ("snow", "water", "snow")], 1)
    score.size = 0.5 + 0.5 * score.size
    gravity = draw.logspan(2.0, 6, n)[:, None]
    start = draw.uniform(0.25, 1.0, n)[:, None] + torch.arange(3) * draw.uniform(0.7, 1.2, n)[:, None]
    times = torch.where(torch.arange(3)[None] < count[:, None], start, torch.full_like(start, NEVER))
    strength = draw.uniform(0.5, 1, n, 3)
    score.add(times, strength, 0, 0.7)
    foam = (water * 0.4 + 0.6 * draw.uniform(0.7, 1, n, 1)).clamp(0, 1)
    tail = torch.zeros(n, level_times().numel())
    for j in range(3):
        here = (times[:, j] < NEVER / 2).float()[:, None]
        at = start[:, j : j + 1]
        x0 = draw.uniform(0.25, 0.75, n)[:, None]
        vx = draw.normal(n)[:, None] * 0.2
        age = t[None] - at
        size = draw.uniform(0.04, 0.09, n)[:, None] * (0.6 + 0.5 * strength[:, j : j + 1])
        fall = gravity / 2 * ((age + 0.6) ** 2 - 0.36)
        y = surface[:, None] - size + torch.where(age < 0, fall, age * 0.7)
        square = draw.chance(0.4, n).float()[:, None]
        sketch.put(
            FIRST + 5 * j,
            x0 + vx * age.clamp(max=0.3),
            y,
            hx=square * size * 0.6,
            hy=square * size * 0.5,
            r=size * (1 - 0.4 * square),
            angle=draw.normal(n)[:, None] * 3 * age.clamp(max=0),
            alpha=here * (age < 0.18) * (1 - (age / 0.18).clamp(0, 1)),
            colour=draw.colour(n),
        )
        s = age.clamp(min=0)
        power = (0.7 + 0.8 * draw.uniform(0, 1, n)[:, None]) * strength[:, j : j + 1]
        for part in range(3):
            up = power * (1.0 if part == 1 else 0.8) * s - gravity * 0.35 * s * s
            out = (part - 1) * 0.28 * power * s
            sketch.put(
                FIRST + 5 * j + 1 + part,
                x0 + out,
                surface[:, None] - up * 0.5,
                hy=(up * 0.5).clamp(min=0),
                r=0.02 + size * 0.35,
                angle=(part - 1) * 0.5,
                alpha=here * 0.85 * ((up > 0) & (age > 0)),
                soft=0.015,
                colour=foam,
                blur=False,
            )
        spread = 0.35 * torch.sqrt(s)
        sketch.put(
            FIRST + 5 * j + 4,
            x0,
            surface[:, None] + 0.03,
            hx=spread,
            r=0.012 + 0.12 * spread,
            hollow=0.02,
            alpha=here * 0.7 * torch.exp(-s / 0.5) * (age > 0),
            colour=foam,
            blur=False,
        )
        late = (level_times()[None] - at).clamp(min=-1)
        tail = tail + here * strength[:, j : j + 1] * 0.5 * torch.exp(-late.clamp(min=0) / 0.22) * (late > 0.033)
    score.level = tail.clamp(max=1)
    score.bright = 0.45 + 0.3 * score.level
    score.grain = draw.uniform(0.4, 1, n)
    return sketch, score, {"count": count}
