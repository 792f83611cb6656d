"""Event simulation of the scene families in which simple bodies move: motion and sound from the same parameters.

Each simulator gets the random draws and the number of clips n and returns the picture (`Sketch`), the sound (`Score`)
and the attributes that the caption grammar reads. Everything is closed-form or a cumulative sum over the 64 frame
times, vectorised over the n clips.
"""

from __future__ import annotations

import math

import torch

from .common import (
    BEHIND,
    FIRST,
    FRAMES,
    FRONT,
    MATERIAL,
    NEVER,
    WINDOW,
    Draw,
    Sketch,
    around,
    bounce,
    frame_times,
    level_times,
    rhythm,
    smooth_curve,
)
from .parts import (
    GROUND,
    HARD,
    Scene,
    audible,
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


def striking(draw: Draw, n: int) -> Scene:
    """A hammer, stick or drumstick on an object; in some clips two sticks take turns."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    tool = draw.pick(4, n)  # 0 hammer, 1 stick, 2 drumstick, 3 block or pestle moving straight
    times, strength, base = rhythm(draw, n, 0.2, 1.1)
    double = draw.chance(0.3, n) & (tool != 0) & (tool != 3)
    turn = (torch.arange(times.shape[1]) % 2)[None].expand(n, -1) * double[:, None].long()
    skin = (tool == 2) & draw.chance(0.85, n)
    struck = torch.where(skin, torch.full((n,), MATERIAL["skin"]), draw.among(HARD, n))
    second = torch.where(draw.chance(0.5, n), struck, draw.among([*HARD, MATERIAL["skin"]], n))
    score.material = torch.stack([struck, second, struck], 1)
    score.add(times, strength, turn)
    put_floor(draw, sketch, draw.span(0.75, 0.98, n))
    flash = strike_flash(draw, n)
    width = draw.span(0.12, 0.3, n)
    tall = torch.where(skin, draw.uniform(0.06, 0.16, n), draw.span(0.03, 0.16, n))
    cy = draw.uniform(0.55, 0.78, n)
    mirror = draw.sign(n)
    swing, back = draw.uniform(0.12, 0.3, n), draw.uniform(0.12, 0.5, n)
    recoil = draw.uniform(0.0, 0.035, n)[:, None]
    for j in range(2):
        mine = torch.where(turn == j, times, torch.full_like(times, NEVER))
        since, until, last, nxt = around(mine, strength, t)
        here = (torch.ones(n) if j == 0 else double.float())[:, None]
        side = mirror * (1 if j == 0 else -1)
        cx = torch.where(double, 0.5 - side * draw.uniform(0.18, 0.24, n), draw.uniform(0.35, 0.65, n))
        w = torch.where(double, 0.6 * width, width)
        lift = raised(since, until, nxt, last, swing, back)
        hit = pulse(since, last, 0.07)
        sketch.put(
            FIRST + j,
            cx,
            (cy + tall)[:, None] + recoil * hit,
            hx=w[:, None] * (1 + 0.06 * hit) - 0.02,
            hy=tall - 0.02,
            r=0.02,
            alpha=here,
            flash=flash * hit,
            colour=tinted(draw, score.material[:, j]),
            texture=textured(draw, n, tall, 0.5),
        )
        contact_x, contact_y = cx[:, None], cy[:, None] + recoil * hit * (lift < 0.02)
        head = torch.where(tool == 0, draw.uniform(0.05, 0.09, n), draw.uniform(0.018, 0.04, n))
        straight = tool == 3
        length = draw.span(0.3, 0.5, n)
        reach = draw.uniform(0.5, 1.1, n)
        theta = lift * reach[:, None]
        px, py = contact_x - side[:, None] * length[:, None], contact_y - head[:, None]
        hx = torch.where(
            straight[:, None], contact_x.expand_as(theta), px + side[:, None] * length[:, None] * torch.cos(theta)
        )
        rise = torch.where(straight[:, None], 0.42 * lift, length[:, None] * torch.sin(theta))
        hy = py - rise
        lean = torch.where(straight[:, None], torch.full_like(theta, math.pi / 2), -side[:, None] * theta)
        colour = tinted(draw, draw.among(HARD, n))
        grip_x = torch.where(straight[:, None], hx, px.expand_as(hx))
        grip_y = torch.where(straight[:, None], hy - 0.5, py.expand_as(hy))
        sketch.capsule(
            FIRST + 4 + 2 * j,
            grip_x,
            grip_y,
            hx,
            hy,
            torch.where(tool == 3, 0.035, 0.018),
            alpha=here,
            colour=tinted(draw, draw.among(HARD, n)),
        )
        long = torch.where(
            tool == 0, draw.uniform(0.03, 0.07, n), torch.where(straight, draw.uniform(0.02, 0.06, n), torch.zeros(n))
        )
        turned = torch.where(
            straight[:, None], torch.zeros_like(theta), lean + math.pi / 2 * (tool == 0).float()[:, None]
        )
        core = torch.where(tool == 0, head * 0.5, head)
        # The hammer's head stands across the handle; its lower face reaches down by `head` at the contact.
        sketch.put(
            FIRST + 5 + 2 * j,
            hx,
            hy,
            hx=torch.where(tool == 0, head * 0.6, long),
            hy=torch.where(tool == 0, core, torch.zeros(n)),
            r=torch.where(tool == 0, head * 0.4, head),
            angle=turned,
            alpha=here,
            colour=colour,
        )
        put_dust(draw, sketch, FIRST + 9 + j, contact_x.expand(n, FRAMES), cy[:, None], since, last * here, 0.25)
    pace = pace_of(base, 0.33, 0.75)
    return sketch, score, {"material": struck, "tool": tool, "pace": pace, "tool_material": draw.among(HARD, n)}


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


def bells(draw: Draw, n: int) -> Scene:
    """A bell struck by a swinging clapper or mallet, or a row of keys pressed by a finger."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    keys = draw.chance(0.5, n)
    times, strength, base = rhythm(draw, n, 0.3, 1.2)
    m = times.shape[1]
    score.material = torch.full((n, 3), MATERIAL["bell"])
    which = draw.pick(5, n, m)
    step = torch.tensor([0.0, 2.0, 4.0, 7.0, 9.0])[which]
    pitch = torch.where(keys[:, None], 2 ** (step / 12), torch.ones(n, m))
    score.add(times, strength, 0, pitch)
    since, until, last, nxt = around(times, strength, t)
    hit = pulse(since, last, 0.1)
    put_floor(draw, sketch, draw.uniform(0.8, 1.2, n))
    flash = strike_flash(draw, n)
    # Bell: a dome that recoils, and a mallet from the side.
    cx, cy = draw.uniform(0.42, 0.6, n)[:, None], draw.uniform(0.38, 0.55, n)[:, None]
    size = draw.span(0.11, 0.2, n)[:, None]
    side = draw.sign(n)[:, None]
    gold = tinted(draw, score.material[:, 0])
    bell = (~keys).float()[:, None]
    ring = torch.exp(-since.clamp(max=5) / 0.5) * last * torch.cos(2 * math.pi * 2.2 * since.clamp(max=5))
    lean = -side * 0.22 * draw.uniform(0.3, 1, n)[:, None] * ring * (since < 5)
    top_y = cy - size
    dome = textured(draw, n, size[:, 0] * 2, 0.3)
    parts = (
        (FIRST, 0.85, 0.0, 0.4, 0.66, 1.0),
        (FIRST + 1, 1.7, 0.85, 0.0, 0.14, 0.8),
        (FIRST + 4, 0.12, 0.0, 0.0, 0.16, 0.7),
    )
    for slot, down, wide, high, r, dim in parts:
        sketch.put(
            slot,
            cx - torch.sin(lean) * size * down,
            top_y + torch.cos(lean) * size * down,
            hx=size * wide,
            hy=size * high,
            r=size * r,
            angle=lean,
            alpha=bell,
            colour=gold * dim,
            flash=flash * hit,
            texture=dome,
        )
    lift = raised(since, until, nxt, last, draw.uniform(0.14, 0.28, n), draw.uniform(0.15, 0.5, n))
    mallet = draw.uniform(0.035, 0.06, n)[:, None]
    mx = cx + side * (size * 0.75 + mallet + 0.25 * lift)
    my = cy + 0.2 * size - 0.1 * lift
    wood = draw.colour(n)
    sketch.capsule(FIRST + 2, mx + side * 0.12, my + 0.3, mx, my, 0.015, alpha=bell, colour=wood)
    sketch.put(FIRST + 3, mx, my, r=mallet, alpha=bell, colour=wood * 0.7)
    # Keys: the pressed one sinks and lights up; a finger comes down on it.
    row = keys.float()[:, None]
    ky, kw = draw.uniform(0.55, 0.75, n)[:, None], draw.uniform(0.07, 0.085, n)[:, None]
    ivory = draw.colour(n) * 0.4 + 0.55
    tall = draw.uniform(0.08, 0.16, n)[:, None]
    sink = draw.uniform(0.02, 0.05, n)[:, None]
    for j in range(5):
        mine = torch.where(which == j, times, torch.full_like(times, NEVER))
        ago, _, strong, _ = around(mine, strength, t)
        press = torch.exp(-ago.clamp(max=5) / 0.12) * (ago < 5)
        sketch.put(
            FIRST + 5 + j,
            0.5 + (j - 2) * 2.15 * kw,
            ky + tall + sink * press,
            hx=kw - 0.012,
            hy=tall,
            r=0.012,
            alpha=row,
            colour=ivory * (1 if j % 2 else 0.9),
            flash=-0.1 * press + flash * strong * press,
        )
    nxt_key = which.gather(1, (t[None, :, None] >= times[:, None, :]).sum(2).clamp(max=m - 1)).float()
    now_key = which.gather(1, ((t[None, :, None] >= times[:, None, :]).sum(2) - 1).clamp(min=0)).float()
    toward = torch.where(until > 9, torch.zeros_like(until), (1 - until / 0.3).clamp(0, 1))
    gone = (since / 0.1).clamp(0, 1)
    spot = torch.where(since > 9, nxt_key, now_key + (nxt_key - now_key) * toward * gone)
    fy = ky - 0.04 - 0.28 * lift + sink * 0.8 * torch.exp(-since.clamp(max=5) / 0.12)
    finger_x = 0.5 + (spot - 2) * 2.15 * kw
    skin = torch.tensor([0.95, 0.75, 0.6]) * draw.uniform(0.3, 1, n, 1)
    sketch.capsule(FIRST + 11, finger_x + 0.1, fy - 0.4, finger_x, fy, 0.035, alpha=row, colour=skin)
    return sketch, score, {"keys": keys.long(), "pace": pace_of(base, 0.45, 0.85)}


def engine(draw: Draw, n: int) -> Scene:
    """A rotor whose rate sets the pitch and loudness of a running engine."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    knots = draw.uniform(0.2, 1, n, 4)
    knots = torch.where(draw.chance(0.4, n)[:, None], knots.mean(1, keepdim=True).expand_as(knots), knots)
    knots[:, 0] = torch.where(draw.chance(0.25, n), torch.zeros(n), knots[:, 0])
    knots[:, 3] = torch.where(draw.chance(0.2, n), torch.zeros(n), knots[:, 3])
    fastest = draw.span(1.2, 4.0, n)[:, None]
    dense = torch.linspace(0, WINDOW, 513)
    turns = torch.cumsum(smooth_curve(knots, dense) * fastest, 1) * (WINDOW / 512)
    at = (t / WINDOW * 512).round().long()
    angle = 2 * math.pi * turns[:, at] * draw.sign(n)[:, None]
    run = smooth_curve(knots, level_times())
    gear = draw.logspan(22, 60, n)[:, None]
    score.rate = run * fastest * gear + 22.0 * (run > 0.02)
    score.level = (run.clamp(min=0) ** 0.8) * (run > 0.02)
    score.bright = 0.15 + 0.6 * run
    score.grain = draw.uniform(0, 0.6, n)
    put_floor(draw, sketch, draw.uniform(0.75, 1.1, n))
    cx, cy = draw.uniform(0.4, 0.6, n)[:, None], draw.uniform(0.4, 0.6, n)[:, None]
    moving = smooth_curve(knots, t)
    jitter = draw.uniform(0, 0.008, n)[:, None] * moving
    cx, cy = cx + jitter * torch.sin(t * 97), cy + jitter * torch.sin(t * 83 + 1)
    body = draw.chance(0.6, n).float()
    sketch.put(
        FIRST,
        cx,
        cy + 0.12,
        hx=draw.uniform(0.1, 0.22, n),
        hy=draw.uniform(0.08, 0.2, n),
        r=0.03,
        alpha=body,
        colour=draw.colour(n),
        texture=textured(draw, n, 0.1),
    )
    length, thick = draw.span(0.14, 0.34, n), draw.span(0.018, 0.04, n)
    blades = draw.pick(3, n)  # one bar, two bars, three bars
    colour = draw.colour(n)
    for j in range(3):
        sketch.put(
            FIRST + 1 + j,
            cx,
            cy,
            hx=length,
            r=thick,
            angle=angle + math.pi * j / (blades[:, None] + 1),
            alpha=(blades >= j).float(),
            colour=colour,
        )
    # One marked tip, so that turning by a whole blade is still seen as turning.
    sketch.put(
        FIRST + 4,
        cx + length[:, None] * torch.cos(angle),
        cy + length[:, None] * torch.sin(angle),
        r=thick * 1.5,
        alpha=draw.chance(0.6, n).float(),
        colour=draw.colour(n),
    )
    sketch.put(FIRST + 5, cx, cy, r=draw.uniform(0.03, 0.07, n), colour=draw.colour(n))
    return sketch, score, {"pace": pace_of(-(knots.mean(1) * fastest[:, 0]), -2.2, -1.0)}


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
