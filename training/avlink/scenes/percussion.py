"""Things that are struck: by a hammer, stick or mallet, or by a finger on a key."""

from __future__ import annotations

import math

import torch

from .common import FIRST, FRAMES, MATERIAL, NEVER, Draw, Sketch, around, frame_times, rhythm
from .parts import HARD, Scene, fresh_score, pace_of, pulse, put_dust, put_floor, raised, strike_flash, textured, tinted


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
