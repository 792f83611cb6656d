"""Bodies that move by themselves: they bounce, fall and break, roll, or fly past."""

from __future__ import annotations

import math

import torch

from .common import FIRST, MATERIAL, NEVER, WINDOW, Draw, Sketch, around, bounce, frame_times, level_times, smooth_curve
from .parts import (
    HARD,
    Scene,
    audible,
    fresh_score,
    pace_of,
    pulse,
    put_dust,
    put_floor,
    strike_flash,
    textured,
    tinted,
)


def bouncing(draw: Draw, n: int) -> Scene:
    """One to three balls under gravity; some clips have side walls that sound too."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    count = 1 + (draw.uniform(0, 1, n) > 0.6).long() + (draw.uniform(0, 1, n) > 0.8).long()
    top = draw.span(0.72, 0.94, n)
    put_floor(draw, sketch, top)
    walls = draw.chance(0.25, n)
    wall = torch.where(walls, draw.uniform(0.05, 0.14, n), torch.zeros(n))
    wall_colour = draw.colour(n)
    for slot, x in ((FIRST, wall - 0.5), (FIRST + 1, 1.5 - wall)):
        sketch.put(slot, x, 0.5, hx=0.5, hy=2.0, alpha=walls.float(), colour=wall_colour, blur=False)
    same = draw.chance(0.6, n)
    kind = draw.among([MATERIAL[m] for m in ("rubber", "rubber", "glass", "plastic", "wood", "metal")], n, 3)
    score.material = torch.where(same[:, None], kind[:, :1], kind)
    gravity = draw.logspan(1.4, 6, n)
    lively = draw.uniform(0.72, 0.95, n)
    flash = strike_flash(draw, n)
    fastest = torch.zeros(n)
    heard = []
    for j in range(3):
        here = count > j
        r = draw.span(0.06, 0.15, n) / (1 + 0.25 * (count - 1))
        release = draw.uniform(-0.3, 0.5, n) + j * draw.uniform(0, 0.7, n)
        height = (top - r) * draw.uniform(0.55, 1.0, n)
        e = (
            lively[:, None] - 0.12 * (count[:, None] - 1) * draw.uniform(0, 1, n, 1) + 0.09 * draw.normal(n, 12)
        ).clamp(0.3, 1.02)
        h, times, speeds = bounce(t, release, height, gravity, e, torch.sqrt(gravity) * 0.28)
        speeds = torch.where(times < 0, torch.zeros_like(speeds), speeds)
        times = torch.where(here[:, None] & (times > 0), times, torch.full_like(times, NEVER))
        fastest = torch.maximum(fastest, torch.where(here, speeds[:, 0], torch.zeros(n)))
        heard.append((times, speeds, j))
        lo, hi = wall + r, 1 - wall - r
        x0 = lo + (hi - lo) * draw.uniform(0, 1, n)
        x1 = lo + (hi - lo) * draw.uniform(0, 1, n)
        vx = torch.where(walls, draw.sign(n) * draw.uniform(0.15, 0.9, n), (x1 - x0) / WINDOW)
        # Reflection at the walls: a triangle wave of the free motion, and a contact at each of its corners.
        free = (x0 - lo)[:, None] + vx[:, None] * t
        width = (hi - lo)[:, None]
        x = lo[:, None] + width - ((free % (2 * width)) - width).abs()
        hits = torch.arange(1, 5)[None] * width
        when = torch.where(
            vx[:, None] > 0,
            (hits - (x0 - lo)[:, None]) / vx[:, None],
            (hits - width + (x0 - lo)[:, None]) / -vx[:, None].clamp(max=-1e-3),
        )
        when = torch.where((walls & here)[:, None], when, torch.full_like(when, NEVER))
        heard.append((when, vx.abs()[:, None].expand(n, 4) * 1.4, j))
        since, _, last, _ = around(times, (speeds / speeds[:, :1].clamp(min=0.1)).clamp(0, 1), t)
        squash = 0.3 * last * torch.exp(-((h / r[:, None]) ** 2) * 8) * (h < r[:, None])
        spin = draw.normal(n) * 4
        sketch.put(
            FIRST + 5 + j,
            x,
            top[:, None] - r[:, None] * (1 - squash) - h,
            hx=r[:, None] * squash,
            r=r[:, None] * (1 - squash),
            angle=torch.where(squash > 0.02, torch.zeros_like(x), spin[:, None] * t),
            alpha=here.float(),
            flash=flash * pulse(since, last),
            colour=tinted(draw, score.material[:, j]),
            texture=textured(draw, n, r, 0.6),
        )
        shade = draw.uniform(0, 0.6, n)[:, None] * here.float()[:, None]
        sketch.put(
            FIRST + 2 + j,
            x,
            top + 0.012,
            hx=r * 0.8,
            r=0.012,
            alpha=shade * torch.exp(-h * 2.5),
            soft=0.02,
            colour=torch.zeros(n, 3),
        )
        if j == 0:
            at = x.gather(1, (t[None] - since).clamp(0, WINDOW - 0.07).mul(15.625).long())
            put_dust(draw, sketch, FIRST + 8, at, top[:, None], since, last, 0.3)
    for times, speeds, j in heard:
        strength = (speeds / fastest[:, None].clamp(min=0.3)).clamp(0, 1)
        score.add(*audible(times, strength), j)
    return sketch, score, {"material": score.material[:, 0], "count": count, "pace": pace_of(1 / gravity, 0.25, 0.5)}


def falling(draw: Draw, n: int) -> Scene:
    """One to four things drop and land, with small rebounds; brittle ones break into pieces."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    count = 1 + draw.pick(4, n)
    brittle = draw.chance(0.35, n)
    count = torch.where(brittle, torch.ones_like(count), count)
    kind = draw.among(HARD, n, 3)
    kind[:, 1] = torch.where(draw.chance(0.5, n), kind[:, 0], kind[:, 1])
    kind[:, 0] = torch.where(
        brittle, draw.among([MATERIAL["glass"], MATERIAL["stone"], MATERIAL["glass"]], n), kind[:, 0]
    )
    score.material = kind
    top = draw.span(0.75, 0.93, n)
    put_floor(draw, sketch, top)
    gravity = draw.logspan(1.8, 6, n)
    start = draw.uniform(0.1, 1.4, n)
    shelf = draw.chance(0.4, n)
    flash = strike_flash(draw, n)
    heard = []
    fastest = torch.zeros(n)
    for j in range(4):
        here = count > j
        size = draw.span(0.045, 0.13, n)
        release = start + j * draw.uniform(0.25, 0.95, n)
        begin = torch.where(shelf, draw.uniform(0.12, 0.35, n), draw.uniform(-0.35, -0.1, n))
        height = top - size - begin
        e = draw.uniform(0.15, 0.42, n, 4) * (~brittle)[:, None]
        h, times, speeds = bounce(t, release, height, gravity, e, torch.sqrt(gravity) * 0.16)
        times = torch.where(here[:, None], times, torch.full_like(times, NEVER))
        fastest = torch.maximum(fastest, torch.where(here, speeds[:, 0], torch.zeros(n)))
        heard.append((times, speeds, min(j, 2)))
        first = times[:, :1]
        after = t[None] - first
        side = draw.normal(n) * 0.05
        x = (0.15 + 0.7 * (j + draw.uniform(0.2, 0.8, n)) / count).clamp(0.1, 0.9)[:, None] + side[
            :, None
        ] * after.clamp(0, 0.8)
        spin = draw.normal(n)[:, None] * (4 * (t[None] - release[:, None]).clamp(min=0) * (after < 0))
        square = draw.chance(0.55, n)
        settled = torch.where(after < 0, spin, torch.zeros_like(spin))
        broken = brittle[:, None] & (after >= 0)
        since, _, last, _ = around(times, torch.ones_like(times), t)
        colour = tinted(draw, kind[:, min(j, 2)])
        sketch.put(
            FIRST + 4 + j,
            x,
            top[:, None] - size[:, None] - h,
            hx=torch.where(square, size * draw.uniform(0.6, 1.2, n), torch.zeros(n)),
            hy=torch.where(square, size * 0.75, torch.zeros(n)),
            r=torch.where(square, size * 0.25, size),
            angle=settled,
            alpha=here.float()[:, None] * (~broken).float(),
            flash=flash * pulse(since, last),
            colour=colour,
            texture=textured(draw, n, size, 0.5),
        )
        if j == 0:
            for piece in range(4):
                vx, vy = draw.normal(n)[:, None] * 0.35, draw.uniform(0.2, 0.9, n)[:, None]
                a = after.clamp(min=0, max=3)
                g = gravity[:, None]
                land = 2 * vy / g
                y = (vy * a - g / 2 * a * a).clamp(min=0)
                bit = (size * draw.uniform(0.25, 0.6, n))[:, None]
                sketch.put(
                    FIRST + 8 + piece,
                    x + vx * torch.minimum(a, land * 1.3),
                    top[:, None] - bit * 0.7 - y,
                    hx=bit * 0.7,
                    hy=bit * draw.uniform(0.1, 0.7, n)[:, None],
                    r=bit * 0.15,
                    angle=draw.normal(n)[:, None] * 8 * torch.minimum(a, land) + draw.uniform(0, 3, n)[:, None],
                    alpha=(brittle[:, None] & (after >= 0)).float(),
                    colour=colour * draw.uniform(0.7, 1.2, n, 1),
                )
            put_dust(draw, sketch, FIRST + 12, x, top[:, None], since, last * here.float()[:, None], 0.5)
    for times, speeds, voice in heard:
        strength = (speeds / fastest[:, None].clamp(min=0.3)).clamp(0, 1)
        score.add(*audible(times, strength, 0.24), voice)
    # The pieces of a broken thing land a moment later with small, high sounds.
    late = heard[0][0][:, :1] + draw.uniform(0.14, 0.2, n, 1)
    late = torch.where(brittle[:, None] & (late < WINDOW), late, torch.full_like(late, NEVER))
    score.add(late, draw.uniform(0.4, 0.6, n, 1), 0, 1.4)
    return sketch, score, {"material": kind[:, 0], "count": count, "brittle": brittle.long()}


def rolling(draw: Draw, n: int) -> Scene:
    """A ball, wheel or box rolls or slides; speed drives loudness and brightness."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    knots = draw.uniform(-1, 1, n, 6)
    one_way = draw.chance(0.5, n)[:, None]
    knots = torch.where(one_way, knots.abs(), knots)
    knots = torch.where(draw.chance(0.25, n, 6), torch.zeros_like(knots), knots)
    top_speed = draw.span(0.25, 0.8, n)
    dense = torch.linspace(0, WINDOW, 257)
    speed = smooth_curve(knots, dense) * top_speed[:, None]
    path = torch.cumsum(speed, 1) * (WINDOW / 256)
    lo, hi = path.min(1).values, path.max(1).values
    # Long ways are cut to what the picture holds by slowing the whole motion down.
    squeeze = torch.minimum(torch.ones(n), 0.8 / (hi - lo).clamp(min=0.05))
    speed, path, lo, hi = speed * squeeze[:, None], path * squeeze[:, None], lo * squeeze, hi * squeeze
    follow = draw.chance(0.3, n)
    at = (t / WINDOW * 256).round().long()
    where = path[:, at]
    start = 0.1 - lo + (0.8 - (hi - lo)).clamp(min=0) * draw.uniform(0, 1, n)
    x = start[:, None] + where
    fast = (speed.abs() / 0.5).clamp(max=1.2)
    loud_at = (level_times() / WINDOW * 256).round().long()
    score.level = fast[:, loud_at] ** 1.1
    score.bright = 0.1 + 0.75 * fast[:, loud_at].clamp(max=1)
    score.grain = draw.uniform(0.1, 0.8, n)
    top = draw.span(0.68, 0.9, n)
    put_floor(draw, sketch, top, always=True)
    r = draw.span(0.08, 0.19, n)
    kind = draw.pick(3, n)  # ball, wheel, box that slides
    material = draw.among(HARD, n)
    box = kind == 2
    angle = torch.where(box[:, None], torch.zeros_like(where), where / r[:, None])
    sketch.camera[:, :, 0] = torch.where(follow[:, None], x - 0.5, torch.zeros_like(x))
    colour = tinted(draw, material)
    texture = textured(draw, n, r, 0.9)
    texture[:, 4] = torch.where(box, texture[:, 4], texture[:, 4].clamp(min=0.4))
    sketch.put(
        FIRST + 1,
        x,
        (top - r)[:, None],
        hx=torch.where(box, r * 0.9, torch.zeros(n)),
        hy=torch.where(box, r * 0.7, torch.zeros(n)),
        r=torch.where(box, r * 0.3, r),
        angle=angle,
        colour=colour,
        texture=texture,
    )
    wheel = (kind == 1).float()
    rim = draw.colour(n)
    for spoke in range(2):
        sketch.put(
            FIRST + 3 + spoke,
            x,
            (top - r)[:, None],
            hx=r * 0.85,
            r=0.014,
            angle=angle + spoke * math.pi / 2,
            alpha=wheel,
            colour=rim,
        )
    sketch.put(FIRST + 2, x, (top - r)[:, None], r=r, hollow=0.03, alpha=wheel, colour=rim * 0.6)
    sketch.put(
        FIRST, x, top + 0.012, hx=r * 0.8, r=0.012, alpha=draw.uniform(0, 0.6, n), soft=0.02, colour=torch.zeros(n, 3)
    )
    return sketch, score, {"kind": kind, "material": material, "pace": pace_of(-fast.mean(1), -0.45, -0.2)}


def whoosh(draw: Draw, n: int) -> Scene:
    """Something passes fast without touching anything."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    passes = 1 + draw.pick(3, n)
    material = draw.among(HARD, n)
    put_floor(draw, sketch, draw.uniform(0.75, 1.2, n))
    when = draw.uniform(0.35, 1.2, n)[:, None] + torch.arange(3) * draw.uniform(0.75, 1.2, n)[:, None]
    level = torch.zeros(n, level_times().numel())
    round_ = draw.chance(0.4, n)
    size = draw.span(0.05, 0.14, n)
    for j in range(3):
        here = passes > j
        duration = draw.logspan(0.22, 0.6, n)
        way = draw.sign(n)
        slope = draw.uniform(-0.35, 0.35, n)
        mid = draw.uniform(0.25, 0.7, n)
        q = (t[None] - when[:, j : j + 1]) / duration[:, None]
        x = 0.5 + way[:, None] * q * 1.3
        y = mid[:, None] + slope[:, None] * q
        sketch.put(
            FIRST + j,
            x,
            y,
            hx=torch.where(round_, torch.zeros(n), size * 1.8),
            r=torch.where(round_, size, size * 0.4),
            angle=torch.atan2(slope, way * 1.3),
            alpha=here.float(),
            colour=tinted(draw, material),
            texture=textured(draw, n, size),
        )
        ahead = (level_times()[None] - when[:, j : j + 1]) / duration[:, None]
        level = level + here.float()[:, None] * torch.exp(-((ahead / 0.42) ** 2)) * (0.35 / duration.sqrt())[:, None]
    score.level = level
    score.bright = 0.2 + 0.55 * level.clamp(max=1)
    score.grain = torch.zeros(n)
    return sketch, score, {"count": passes, "material": material, "round": round_.long()}
