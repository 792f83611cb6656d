"""Small mechanical things: typing, clocks that tick, doors that open and slam."""

from __future__ import annotations

import math

import torch

from .common import FIRST, FRAMES, MATERIAL, NEVER, WINDOW, Draw, Sketch, around, frame_times, level_times, rhythm
from .hands import skin_tone
from .parts import Scene, fresh_score, pace_of, put_floor, stroke, textured, tinted


def typing(draw: Draw, n: int) -> Scene:
    """Fingers come down on small keys, in runs with pauses; a key sinks a little."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    times, strength, base = rhythm(draw, n, 0.14, 0.5, 26, 0.12)
    strength = 0.4 + 0.5 * strength
    count = times.shape[1]
    score.material = draw.among([MATERIAL["plastic"], MATERIAL["plastic"], MATERIAL["metal"]], n)[:, None].repeat(1, 3)
    score.size = score.size * 0.4
    score.add(times, strength, 0, torch.exp(0.08 * draw.normal(n, count)))
    finger = draw.pick(4, n, count)
    top = draw.span(0.5, 0.68, n)
    put_floor(draw, sketch, draw.uniform(0.3, 0.7, n))
    scale = draw.logspan(0.6, 1.3, n)
    wide, lean = 0.3 * scale, draw.normal(n) * 0.12
    sketch.put(
        FIRST,
        0.5,
        top,
        hx=wide - 0.02,
        hy=0.11 * scale - 0.02,
        r=0.02,
        angle=lean,
        colour=draw.colour(n) * 0.8,
        blur=False,
    )
    tone = draw.colour(n)
    for row in range(3):
        # A row of keys is one bar with stripes across.
        stripes = torch.stack(
            [
                2 * math.pi * 9 / (2 * wide),
                torch.zeros(n),
                draw.uniform(0, 6, n),
                torch.full((n,), 1.57),
                0.8 * torch.ones(n),
            ],
            1,
        )
        off = (row - 1) * 0.065 * scale
        sketch.put(
            FIRST + 1 + row,
            0.5 - off * torch.sin(lean),
            top + off * torch.cos(lean),
            hx=wide * 0.92,
            hy=0.008,
            r=0.014 * scale,
            angle=lean,
            colour=tone,
            texture=stripes,
            blur=False,
        )
    skin, sleeve = skin_tone(draw, n), draw.colour(n)
    thick = draw.uniform(0.02, 0.03, n) * scale
    rise = draw.uniform(0.05, 0.12, n)[:, None] * scale[:, None]
    side = torch.tensor([-1.0, -1.0, 1.0, 1.0])
    for j in range(4):
        mine = torch.where(finger == j, times, torch.full_like(times, NEVER))
        since, until, last, nxt = around(mine, strength, t)
        lift = stroke(draw, since, until, nxt, last, (0.06, 0.12))
        place = 0.5 + scale[:, None] * (
            side[j] * 0.11 + (0.05 if j % 2 else -0.05) + 0.06 * (draw.smooth(t, n, 7) - 0.5)
        )
        down = top[:, None] + draw.uniform(-0.06, 0.06, n)[:, None] * scale[:, None]
        tip_y = down - rise * lift
        back = draw.uniform(0.14, 0.2, n)[:, None] * scale[:, None]
        palm_x, palm_y = (0.5 + side[j] * 0.13 * scale)[:, None], top[:, None] + back - 0.3 * rise * lift
        sketch.capsule(FIRST + 6 + j, palm_x, palm_y, place, tip_y, thick, colour=skin * (1 - 0.06 * j))
        press = torch.exp(-since.clamp(max=5) / 0.06) * (since < 5)
        sketch.put(
            FIRST + 10 + j,
            place,
            down + 0.004,
            hx=0.012,
            hy=0.004,
            r=0.012 * scale,
            alpha=0.7 * press,
            colour=tone * 0.4,
        )
        if j % 2 == 0:
            arm = FIRST + 4 + j // 2
            sketch.capsule(arm, palm_x, palm_y, palm_x + side[j] * 0.15, 1.2, thick * 2.2, colour=sleeve)
    return sketch, score, {"material": score.material[:, 0], "pace": pace_of(base, 0.2, 0.36)}


def clock(draw: Draw, n: int) -> Scene:
    """A clock ticks: its hand jumps, or a pendulum or metronome swings through its turning points."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    period = torch.where(draw.chance(0.4, n), torch.ones(n), draw.logspan(0.22, 1.2, n))
    first = draw.uniform(0.06, 1, n) * period
    times = first[:, None] + torch.arange(20) * period[:, None]
    weak = draw.uniform(0.45, 1, n)[:, None]
    strength = torch.where(torch.arange(20) % 2 == 0, draw.uniform(0.6, 0.95, n)[:, None], weak * 0.8)
    score.material = draw.among([MATERIAL[m] for m in ("metal", "plastic", "wood")], n)[:, None].repeat(1, 3)
    score.size = score.size * 0.5
    low = torch.where(draw.chance(0.6, n), draw.uniform(0.75, 0.95, n), torch.ones(n))
    pitch = torch.where(torch.arange(20) % 2 == 0, torch.ones(n, 1), low[:, None])
    score.add(times, strength.clamp(0.25, 1), 0, pitch)
    kind = draw.pick(3, n)  # a hand, a pendulum that hangs, a metronome's bar that stands
    hand, hangs, stands = (kind == k for k in range(3))
    cx, cy = draw.uniform(0.38, 0.62, n), draw.uniform(0.35, 0.55, n)
    r = draw.span(0.14, 0.34, n)
    body = tinted(draw, score.material[:, 0])
    put_floor(draw, sketch, draw.uniform(0.75, 1.2, n))
    case = (~hand).float() * draw.chance(0.7, n)
    sketch.put(
        FIRST,
        cx,
        cy + 0.6 * r,
        hx=r * 0.6,
        hy=r * 1.3,
        r=0.04,
        alpha=case,
        colour=draw.colour(n),
        texture=textured(draw, n, r, 0.3),
        blur=False,
    )
    face = torch.where(hand, r, 0.45 * r)
    shown = (hand | draw.chance(0.5, n)).float() * (~stands)
    sketch.put(FIRST + 1, cx, cy, r=face, alpha=shown, colour=draw.uniform(0.5, 1, n, 1).expand(n, 3), blur=False)
    sketch.put(FIRST + 2, cx, cy, r=face * 1.08, hollow=0.025, alpha=shown, colour=body, blur=False)
    for j in range(4):
        mark = math.pi / 2 * j
        sketch.put(
            FIRST + 3 + j,
            cx + 0.8 * face * math.cos(mark),
            cy + 0.8 * face * math.sin(mark),
            r=0.05 * face,
            alpha=shown,
            blur=False,
        )
    # The hand jumps by one step at every tick, within 50 ms, with a small overshoot.
    count = (t[None, :, None] >= times[:, None, :]).sum(2).float()
    since, _, _, _ = around(times, strength, t)
    s = since.clamp(max=5)
    settle = 1 - torch.exp(-s / 0.018) * torch.cos(s * 60)
    step = torch.where(draw.chance(0.5, n), torch.full((n,), math.pi / 30), draw.uniform(0.15, 0.5, n))[:, None]
    turn = draw.uniform(0, 6.28, n)[:, None] + step * (count - 1 + torch.where(count > 0, settle, torch.ones_like(s)))
    dark = draw.colour(n) * 0.5
    ends = cx[:, None] + 0.85 * face[:, None] * torch.cos(turn), cy[:, None] + 0.85 * face[:, None] * torch.sin(turn)
    thin = draw.uniform(0.008, 0.02, n)
    sketch.capsule(FIRST + 8, cx, cy, *ends, thin, alpha=hand.float(), colour=dark)
    long = draw.uniform(0, 6.28, n)
    sketch.capsule(
        FIRST + 7,
        cx,
        cy,
        cx + 0.6 * face * torch.cos(long),
        cy + 0.6 * face * torch.sin(long),
        thin * 1.3,
        alpha=shown,
        colour=dark,
    )
    # The swing turns round at the ticks (a pendulum) or passes the middle at them (a metronome).
    phase = math.pi * (t[None] - first[:, None]) / period[:, None]
    wide = draw.uniform(0.2, 0.6, n)[:, None]
    angle = wide * torch.where(hangs[:, None], torch.cos(phase), torch.sin(phase))
    rod = (draw.uniform(1.2, 1.7, n) * r)[:, None]
    down = torch.where(hangs, torch.ones(n), -torch.ones(n))[:, None]
    foot = torch.where(hangs, cy, cy + r)[:, None]
    px, py = cx[:, None] + rod * torch.sin(angle), foot + down * rod * torch.cos(angle)
    swings = (~hand).float()
    sketch.capsule(FIRST + 9, cx, foot[:, 0], px, py, 0.012, alpha=swings, colour=dark + 0.2)
    share = torch.where(hangs, 1.0, draw.uniform(0.4, 0.8, n))[:, None]
    bob_x, bob_y = cx[:, None] + share * (px - cx[:, None]), foot + share * (py - foot)
    sketch.put(FIRST + 10, bob_x, bob_y, r=draw.uniform(0.04, 0.09, n), alpha=swings, colour=body)
    return sketch, score, {"material": score.material[:, 0], "pace": pace_of(period, 0.4, 0.9)}


def door(draw: Draw, n: int) -> Scene:
    """A door swings or slides open with a click of its latch and falls shut with a slam."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    rounds = 3
    material = draw.among([MATERIAL["wood"], MATERIAL["wood"], MATERIAL["metal"], MATERIAL["glass"]], n)
    latch = torch.full((n,), MATERIAL["metal"])
    score.material = torch.stack([material, latch, material], 1)
    score.size[:, 0] = 0.6 + 0.4 * score.size[:, 0]
    score.size[:, 1] *= 0.4
    starts_open = draw.chance(0.4, n)
    begin = draw.uniform(0.15, 0.9, n)
    opened, shut, amount = [], [], []
    now = begin
    for k in range(rounds):
        opening = draw.uniform(0.35, 0.9, n)
        stays = draw.uniform(0.1, 0.8, n)
        closing = draw.uniform(0.25, 0.8, n)
        a = torch.where(starts_open, torch.full((n,), -9.0), now) if k == 0 else now
        close_at = torch.where(starts_open, now, now + opening + stays) if k == 0 else now + opening + stays
        opened.append((a, opening))
        shut.append((close_at, closing))
        amount.append(draw.uniform(0.45, 1, n))
        now = close_at + closing + draw.uniform(0.3, 1.2, n)
    swing = torch.zeros(n, FRAMES)
    fine = torch.zeros(n, level_times().numel())
    for (a, opening), (b, closing), far in zip(opened, shut, amount, strict=True):
        for at, curve in ((t, swing), (level_times(), fine)):
            u = ((at[None] - a[:, None]) / opening[:, None]).clamp(0, 1)
            # It falls shut faster and faster.
            v = ((at[None] - b[:, None]) / closing[:, None]).clamp(0, 1)
            here = (at[None] >= a[:, None]) & (v < 1)
            curve.copy_(torch.where(here, far[:, None] * u * u * (3 - 2 * u) * (1 - v**1.8), curve))
    slams = torch.stack([b + c for b, c in shut], 1)
    force = torch.stack(amount, 1) * (0.25 / torch.stack([c for _, c in shut], 1)).clamp(0.4, 1) ** 0.5
    once = torch.arange(rounds)[None] > draw.pick(rounds, n)[:, None]
    slams = torch.where(once, torch.full_like(slams, NEVER), slams)
    clicks = torch.stack([a for a, _ in opened], 1)
    clicks = torch.where((clicks < 0) | once, torch.full_like(clicks, NEVER), clicks)
    last = torch.where(slams < NEVER / 2, slams, torch.zeros_like(slams)).amax(1, keepdim=True)
    swing = torch.where(t[None] > last, torch.zeros_like(swing), swing)
    fine = torch.where(level_times()[None] > last, torch.zeros_like(fine), fine)
    score.add(slams, force.clamp(0.3, 1), 0)
    score.add(clicks, draw.uniform(0.55, 0.85, n, rounds), 1)
    creaks = draw.chance(0.3, n)
    moving = torch.cat([torch.zeros(n, 1), (fine[:, 1:] - fine[:, :-1]).abs()], 1) * 31.25
    creak = (moving * 0.06).clamp(max=0.1) * (moving > 0.05) * creaks[:, None]
    score.level = creak
    score.rate = torch.where(
        creaks[:, None], draw.uniform(60, 160, n)[:, None] * (0.6 + moving.clamp(max=2) * 0.3), score.rate
    )
    score.bright = torch.full_like(score.level, 0.5)
    # The frame, what is behind it, and the leaf: it gets narrower as it turns about its hinge, or slides aside.
    slides = draw.chance(0.25, n)[:, None]
    hinge = draw.sign(n)[:, None]
    cx, cy = draw.uniform(0.35, 0.65, n)[:, None], draw.uniform(0.5, 0.65, n)[:, None]
    half = draw.span(0.14, 0.3, n)[:, None]
    tall = draw.uniform(0.32, 0.5, n)[:, None]
    shake = 0.008 * torch.exp(-around(slams, force, t)[0].clamp(max=5) / 0.05) * draw.chance(0.5, n).float()[:, None]
    put_floor(draw, sketch, cy[:, 0] + tall[:, 0])
    sketch.put(
        FIRST,
        cx,
        cy,
        hx=half + 0.02,
        hy=tall + 0.02,
        r=0.02,
        colour=draw.colour(n),
        texture=textured(draw, n, 0.2, 0.2),
        blur=False,
    )
    sketch.put(FIRST + 1, cx, cy, hx=half - 0.01, hy=tall - 0.01, r=0.01, colour=draw.colour(n) * 0.5, blur=False)
    angle = swing * draw.uniform(0.8, 1.5, n)[:, None]
    wide = torch.where(slides, half.expand_as(angle), half * torch.cos(angle).clamp(min=0.04))
    grow = torch.where(slides, torch.zeros_like(angle), 0.25 * torch.sin(angle) * draw.sign(n)[:, None])
    place = cx + torch.where(slides, hinge * 1.9 * half * swing, hinge * (half - wide)) + shake
    high = tall * (1 + 0.5 * grow)
    colour = tinted(draw, material)
    sketch.put(
        FIRST + 2,
        place,
        cy,
        hx=(wide - 0.012).clamp(min=0.002),
        hy=high - 0.012,
        r=0.012,
        colour=colour,
        texture=textured(draw, n, half[:, 0], 0.4),
    )
    panel = draw.chance(0.6, n).float()
    for j in range(2):
        sketch.put(
            FIRST + 3 + j,
            place,
            cy + (j - 0.5) * high,
            hx=wide * 0.6,
            hy=high * 0.3,
            r=0.01,
            alpha=panel,
            colour=colour * 0.75,
        )
    knob = place - hinge * wide * 0.8
    sketch.put(FIRST + 5, knob, cy + 0.05, r=draw.uniform(0.015, 0.03, n), colour=draw.colour(n))
    # In some clips an arm holds the handle as long as the door moves by hand.
    arm = draw.chance(0.3, n).float()[:, None] * (swing > 0.02)
    sketch.capsule(FIRST + 6, knob - hinge * 0.25, cy + 0.6, knob, cy + 0.06, 0.04, alpha=arm, colour=draw.colour(n))
    number = ((slams < WINDOW).sum(1)).long()
    return sketch, score, {"material": material, "slams": number, "slides": slides[:, 0].long()}
