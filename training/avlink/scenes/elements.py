"""Fire, sparks, explosions and wind."""

from __future__ import annotations

import math

import torch

from .common import (
    FIRST,
    FRAMES,
    FRONT,
    MATERIAL,
    NEVER,
    WINDOW,
    Draw,
    Sketch,
    around,
    frame_times,
    level_times,
    rhythm,
    smooth_curve,
)
from .hands import skin_tone
from .parts import Scene, fresh_score, put_floor, textured, tinted


def fire(draw: Draw, n: int) -> Scene:
    """Flames whose height sets the roar; embers fly up where the wood crackles."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    knots = draw.uniform(0.25, 1, n, 6)
    size = smooth_curve(knots, t)
    score.level = 0.4 * smooth_curve(knots, level_times()) * draw.uniform(0.3, 1, n)[:, None]
    score.bright = 0.15 + 0.35 * smooth_curve(knots, level_times())
    score.grain = draw.uniform(0.5, 1, n)
    times, strength, _ = rhythm(draw, n, 0.18, 1.0, 20)
    strength = 0.4 + 0.6 * strength
    score.material = torch.full((n, 3), MATERIAL["gravel"])
    score.size = score.size * 0.4
    score.add(times, strength, 0, torch.exp(0.3 * draw.normal(n, 20)))
    score.loud = torch.where(score.loud > 0, torch.zeros_like(score.loud), score.loud)
    sketch.night = draw.uniform(0.3, 0.9, n) * draw.chance(0.7, n)
    ground = draw.uniform(0.68, 0.9, n)
    put_floor(draw, sketch, ground)
    cx = draw.uniform(0.35, 0.65, n)[:, None]
    wide = draw.span(0.1, 0.24, n)[:, None]
    for j in range(2):
        tilt = draw.normal(n) * 0.25
        sketch.put(
            FIRST + j,
            cx + 0.1 * wide * j,
            ground,
            hx=wide * 1.1,
            r=0.03,
            angle=tilt,
            colour=draw.colour(n) * 0.3,
            blur=False,
        )
    hot = torch.tensor([1.0, 0.55, 0.12]) + draw.normal(n, 3) * 0.05
    for j in range(7):
        # Licking flames: fast random flicker around the slow height.
        flick = 0.55 + 0.45 * draw.smooth(t, n, 40)
        high = draw.uniform(0.12, 0.3, n)[:, None] * size * flick * (1 - 0.08 * j)
        x = cx + wide * (draw.uniform(-0.8, 0.8, n)[:, None]) * (1 - 0.12 * j) + 0.03 * (draw.smooth(t, n, 30) - 0.5)
        sketch.put(
            FIRST + 2 + j,
            x,
            ground[:, None] - high * 0.8,
            hy=high * 0.7,
            r=0.02 + 0.35 * wide * (0.5 + 0.5 * flick) * (1 - 0.1 * j),
            alpha=0.75,
            soft=0.03,
            colour=(hot * (1 - 0.03 * j) + torch.tensor([0.0, 0.05, 0.04]) * j).clamp(0, 1),
            blur=False,
        )
    since, _, last, _ = around(times, strength, t)
    s = since.clamp(max=5)
    turn = (t[None, :, None] >= times[:, None, :]).sum(2)
    spread = draw.normal(n, 21, 5)
    for j in range(5):
        vx = spread[:, :, j].gather(1, turn.clamp(max=20)) * 0.35
        sketch.put(
            FIRST + 9 + j,
            cx + vx * s,
            ground[:, None] - 0.05 - (0.5 + 0.12 * j) * s + 0.25 * s * s,
            r=0.012,
            alpha=last * torch.exp(-s / 0.3) * (since < 1.2),
            colour=(hot + 0.3).clamp(0, 1),
            flash=0.3,
        )
    return sketch, score, {"heavy": (knots.mean(1) > 0.72).long()}


def sparks(draw: Draw, n: int) -> Scene:
    """A grinder or torch on metal: sparks fly as long as it touches, and as long it is loud."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    metal = torch.full((n,), MATERIAL["metal"])
    start = draw.uniform(0.1, 1.2, n)[:, None] + torch.arange(3) * draw.uniform(1.1, 1.7, n)[:, None]
    length = draw.uniform(0.3, 1.0, n, 3)
    steady = draw.chance(0.25, n)[:, None]

    def touch(at: torch.Tensor) -> torch.Tensor:
        rise = ((at[None, :, None] - start[:, None]) / 0.03).clamp(0, 1)
        fall = ((start + length)[:, None] - at[None, :, None]).div(0.05).clamp(0, 1)
        return torch.where(steady, torch.ones(n, at.numel()), (rise * fall).amax(2))

    pressure = 0.5 + 0.5 * draw.uniform(0, 1, n, 7)
    seen = touch(t) * smooth_curve(pressure, t)
    score.level = touch(level_times()) * smooth_curve(pressure, level_times())
    score.bright = 0.75 + 0.25 * score.level
    score.grain = draw.uniform(0.2, 0.9, n)
    whine = draw.chance(0.6, n).float()[:, None]
    score.rate = whine * draw.logspan(90, 240, n)[:, None] * (1 - 0.15 * score.level)
    score.material = metal[:, None].repeat(1, 3)
    score.add(torch.where(steady, torch.full_like(start, NEVER), start), draw.uniform(0.25, 0.5, n, 3))
    sketch.night = draw.uniform(0, 0.7, n) * draw.chance(0.5, n)
    side = draw.sign(n)[:, None]
    px, py = draw.uniform(0.4, 0.6, n)[:, None], draw.uniform(0.4, 0.6, n)[:, None]
    put_floor(draw, sketch, draw.uniform(0.8, 1.2, n))
    sketch.put(
        FIRST,
        px - side * 0.16,
        py + 0.09,
        hx=0.2,
        hy=0.05,
        r=0.02,
        colour=tinted(draw, metal),
        texture=textured(draw, n, 0.1, 0.4),
        blur=False,
    )
    # The tool lifts off between touches.
    gap = 0.05 * (1 - touch(t)) * draw.uniform(0.5, 1.5, n)[:, None]
    disc = draw.span(0.07, 0.13, n)[:, None]
    tx, ty = px + side * gap * 0.5, py - disc * 0.7 - gap
    sketch.put(FIRST + 1, tx, ty, r=disc, colour=draw.colour(n) * 0.6, texture=textured(draw, n, 0.1, 0.5))
    sketch.capsule(FIRST + 2, tx, ty, tx + side * 0.25, ty - 0.2, 0.05, colour=draw.colour(n))
    sketch.capsule(FIRST + 3, tx + side * 0.2, ty - 0.15, px + side * 0.7, py + 0.1, 0.06, colour=skin_tone(draw, n))
    hot = torch.stack([draw.uniform(0.95, 1, n), draw.uniform(0.7, 0.95, n), draw.uniform(0.2, 0.7, n)], 1)
    sketch.put(FIRST + 4, px, py, r=0.03, alpha=seen, soft=0.05, colour=(hot + 0.2).clamp(0, 1), flash=0.4, blur=False)
    fan = draw.uniform(-0.3, 0.9, n)[:, None]
    for j in range(9):
        # Every spark flies again and again, each time another way; it is there while the tool touches.
        life = 4 + j % 3
        age = ((torch.arange(FRAMES) + j) % life).float() / 15.625
        cell = (torch.arange(FRAMES) + j) // life
        kinds = int(cell.max()) + 1
        speed = draw.uniform(0.6, 2.2, n, kinds)[:, cell]
        way = fan + draw.normal(n, kinds)[:, cell] * 0.35
        vx, vy = -side * speed * torch.cos(way), speed * torch.sin(way) - 0.4
        x, y = px + vx * age, py + vy * age + 1.2 * age * age
        tail = 0.03
        sketch.capsule(
            FIRST + 5 + j,
            x - vx * tail,
            y - vy * tail,
            x,
            y,
            0.006,
            alpha=(seen * 1.2).clamp(max=1) * torch.exp(-age / 0.25),
            colour=hot,
            flash=0.2,
            blur=False,
        )
    return sketch, score, {"steady": steady[:, 0].long(), "whine": whine[:, 0].long()}


def explosion(draw: Draw, n: int) -> Scene:
    """Blasts with flash, fireball, smoke and sparks, or fireworks that rise and burst."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    works = draw.chance(0.45, n)
    times, strength, _ = rhythm(draw, n, 0.7, 1.8, 4, 0.6)
    times = times + torch.where(works, 0.4, 0.05)[:, None]
    # Half of the blasts are single.
    single = (~works & draw.chance(0.6, n))[:, None] & (torch.arange(4) > 0)
    times = torch.where(single, torch.full_like(times, NEVER), times)
    score.material = torch.full((n, 3), MATERIAL["boom"])
    score.size = torch.where(works[:, None], score.size * 0.4, 0.5 + score.size * 0.5)
    score.add(times, strength, 0, torch.exp(0.1 * draw.normal(n, 4)))
    score.loud = torch.where(draw.chance(0.5, n), torch.ones_like(score.loud), score.loud)
    since, until, last, _ = around(times, strength, t)
    index = (t[None, :, None] >= times[:, None, :]).sum(2)
    ahead = index.clamp(max=3)
    now = (index - 1).clamp(min=0)
    xs = draw.uniform(0.25, 0.75, n, 4)
    ys = torch.where(works[:, None], draw.uniform(0.2, 0.5, n, 4), draw.uniform(0.5, 0.72, n, 4))
    cx, cy = xs.gather(1, now), ys.gather(1, now)
    s = since.clamp(max=5)
    ground = draw.uniform(0.7, 0.95, n)
    put_floor(draw, sketch, ground)
    fire = torch.stack([draw.uniform(0.9, 1, n), draw.uniform(0.5, 0.9, n), draw.uniform(0.1, 0.5, n)], 1)
    burst_colour = torch.where(works[:, None], (draw.colour(n) + 0.25).clamp(0, 1), fire)
    size = (draw.span(0.12, 0.28, n) * torch.where(works, 1.0, 2.1))[:, None] * (0.6 + 0.4 * last)
    ball = size * (1 - torch.exp(-s / 0.07)) * torch.where(works, 0.5, 1.0)[:, None] + 0.02
    fade = draw.uniform(0.15, 0.4, n)[:, None]
    smoke = draw.uniform(0.15, 0.6, n, 1).expand(n, 3)
    for j in range(2):
        rise = draw.uniform(0.05, 0.2, n)[:, None]
        lean = draw.uniform(-0.1, 0.1, n)[:, None]
        sketch.put(
            FIRST + j,
            cx + lean * s,
            cy - rise * s - 0.05 * j,
            r=size * (0.6 + 0.4 * j) * (1 - torch.exp(-s / 0.35)),
            alpha=0.75 * torch.exp(-s / 0.9) * (since < 5) * torch.where(works, 0.25, 1.0)[:, None],
            soft=0.06,
            colour=smoke * (1 - 0.3 * j),
            blur=False,
        )
    sketch.put(
        FIRST + 2,
        cx,
        cy,
        r=ball,
        alpha=torch.exp(-s / fade) * (since < 5),
        soft=0.05,
        colour=burst_colour,
        flash=0.5 * torch.exp(-s / 0.1),
        blur=False,
    )
    sketch.put(
        FIRST + 3,
        cx,
        cy,
        r=ball * 0.5,
        alpha=torch.exp(-s / (fade * 0.6)) * (since < 5),
        soft=0.04,
        colour=torch.ones(n, 3),
        blur=False,
    )
    sketch.night = works * draw.chance(0.75, n) * draw.uniform(0.7, 0.98, n)
    gravity = draw.uniform(0.2, 0.9, n)[:, None]
    reach = draw.uniform(0.3, 0.9, n)[:, None]
    for j in range(8):
        way = 2 * math.pi * j / 8 + draw.uniform(-0.4, 0.4, n)[:, None]
        far = reach * draw.uniform(0.6, 1.1, n)[:, None]
        slow = 1 - torch.exp(-s / 0.35)
        sketch.put(
            FIRST + 5 + j,
            cx + far * 0.5 * slow * torch.cos(way),
            cy + far * 0.5 * slow * torch.sin(way) + gravity / 2 * s * s * 0.6,
            r=draw.uniform(0.012, 0.026, n),
            alpha=torch.exp(-((s / 0.8) ** 2)) * (since < 5),
            colour=(burst_colour + 0.2).clamp(0, 1),
            flash=0.2,
        )
    # Before a burst the rocket climbs to the place where it will burst.
    climb = (1 - until / 0.7).clamp(0, 1)
    target_x, target_y = xs.gather(1, ahead), ys.gather(1, ahead)
    sketch.put(
        FIRST + 4,
        target_x + (1 - climb) * 0.06,
        1.1 + (target_y - 1.1) * (1 - (1 - climb) ** 1.7),
        hy=0.02,
        r=0.014,
        alpha=(works[:, None] & (until < 0.7)).float(),
        colour=fire,
        flash=0.2,
    )
    light = draw.uniform(0.1, 0.5, n)[:, None] * last * torch.exp(-s / 0.09) * (since < 5)
    sketch.put(FRONT, 0.5, 0.5, hx=3.0, hy=3.0, alpha=light, colour=(burst_colour + 0.4).clamp(0, 1), blur=False)
    shake = (draw.uniform(0, 0.035, n) * (~works))[:, None] * last * torch.exp(-s / 0.25) * (since < 5)
    sketch.camera[:, :, 0] += shake * torch.sin(t * 71)
    sketch.camera[:, :, 1] += shake * torch.sin(t * 53 + 1)
    return sketch, score, {"works": works.long(), "count": 1 + (times[:, 1] < WINDOW).long()}


def wind(draw: Draw, n: int) -> Scene:
    """Gusts bend grass, branches or cloth and carry leaves; the stronger they bend, the louder it blows."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    knots = 0.08 + 0.92 * draw.uniform(0, 1, n, 6) ** draw.uniform(0.8, 1.8, n, 1)
    gust = smooth_curve(knots, t)
    score.level = smooth_curve(knots, level_times()) * draw.uniform(0.6, 1, n)[:, None]
    score.bright = 0.05 + draw.uniform(0.15, 0.5, n)[:, None] * smooth_curve(knots, level_times())
    score.grain = draw.uniform(0, 0.3, n)
    side = draw.sign(n)[:, None]
    ground = draw.uniform(0.75, 1.02, n)
    put_floor(draw, sketch, ground)
    green = torch.tensor([0.35, 0.55, 0.2]) * draw.uniform(0.4, 1.3, n, 1) + draw.colour(n) * 0.25
    tall = draw.span(0.2, 0.6, n)[:, None]
    bend = draw.uniform(0.5, 1.1, n)[:, None]
    trees = draw.chance(0.4, n)
    for j in range(9):
        sway = torch.sin(t * draw.uniform(5, 11, n)[:, None] + draw.uniform(0, 6, n)[:, None])
        lean = side * bend * gust * (0.75 + 0.25 * sway) * draw.uniform(0.7, 1.2, n)[:, None]
        x = ((j + draw.uniform(0, 1, n)) / 9)[:, None]
        high = tall * draw.uniform(0.6, 1.2, n)[:, None]
        foot = ground[:, None] + 0.03
        thin = torch.where(trees, 0.02, 0.009) * draw.uniform(0.7, 1.5, n)
        colour = (green * draw.uniform(0.7, 1.2, n, 1)).clamp(0, 1)
        shown = torch.where(trees, torch.tensor(float(j < 3)), torch.tensor(1.0))
        tip_x, tip_y = x + high * torch.sin(lean), foot - high * torch.cos(lean)
        sketch.capsule(
            FIRST + j,
            x,
            foot,
            tip_x,
            tip_y,
            thin,
            alpha=shown,
            colour=torch.where(trees[:, None], colour * 0.5, colour),
        )
        if j < 3:
            crown = draw.uniform(0.08, 0.16, n)[:, None]
            sketch.put(
                FIRST + 9 + j,
                tip_x,
                tip_y,
                hx=crown * 0.5,
                r=crown,
                alpha=trees.float(),
                soft=0.02,
                colour=colour,
                texture=textured(draw, n, crown[:, 0], 0.8),
            )
    for j in range(3):
        # Leaves travel with the wind and come round again.
        way = torch.cumsum(gust, 1) / 15.625 * draw.uniform(0.5, 1.2, n)[:, None] + draw.uniform(0, 1.4, n)[:, None]
        x = 0.5 + side * ((way % 1.4) - 0.7)
        y = draw.uniform(0.1, 0.7, n)[:, None] + 0.12 * draw.smooth(t, n, 9)
        sketch.put(
            FIRST + 12 + j,
            x,
            y,
            hx=0.015,
            r=0.01,
            angle=way * 9,
            alpha=draw.chance(0.5, n).float()[:, None] * (gust > 0.25),
            colour=green.clamp(0, 1),
        )
    heavy = (knots.mean(1) > 0.5).long() - (knots.mean(1) < 0.3).long()
    return sketch, score, {"heavy": heavy, "trees": trees.long()}
